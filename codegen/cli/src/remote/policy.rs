//! Which hosts a client's documents may come from.

use std::collections::BTreeSet;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use url::{Host, Url};

/// The entry that allows every host with a public address.
pub const ANY_PUBLIC: &str = "*";

/// The hosts from which documents may be downloaded.
///
/// A document of somebody else may refer to any host, and this machine may reach hosts that its author
/// can't. So a private address is only connected to if the user has named its host.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Policy {
    /// The hosts that the user has named.
    hosts: BTreeSet<String>,
    /// Whether any other host is allowed, if its address is public.
    any_public: bool,
}

impl Policy {
    /// Creates a policy from the values of `--allow-remote`.
    pub fn new(allowed: &[String]) -> Self {
        let named = allowed.iter().filter(|host| *host != ANY_PUBLIC);
        Self {
            hosts: named.map(|host| normalised(host)).collect(),
            any_public: allowed.iter().any(|host| host == ANY_PUBLIC),
        }
    }

    /// Also allows the host of an address that the user has given.
    pub fn with_host_of(mut self, address: &Url) -> Self {
        self.hosts.extend(address.host_str().map(str::to_owned));
        self
    }

    /// Returns why a document may not be downloaded from an address; `None` if it may.
    pub fn objection(&self, address: &Url) -> Option<String> {
        if address.scheme() != "https" {
            return Some("isn't an `https:` address".to_owned());
        }
        if has_credentials(address) {
            return Some("has credentials".to_owned());
        }
        let host = address.host_str().unwrap_or_default();
        if self.names(host) {
            return None;
        }
        if !self.any_public {
            return Some(format!("is on the host `{host}`, which isn't allowed"));
        }
        let literal = match address.host() {
            Some(Host::Ipv4(address)) => IpAddr::V4(address),
            Some(Host::Ipv6(address)) => IpAddr::V6(address),
            _ => return None,
        };
        (!is_public(literal)).then(|| format!("is on the private address `{host}`"))
    }

    /// Whether the user has named a host.
    pub fn names(&self, host: &str) -> bool {
        self.hosts.contains(host)
    }
}

/// Whether an address has a user name or a password.
pub fn has_credentials(address: &Url) -> bool {
    !address.username().is_empty() || address.password().is_some()
}

/// Returns a host in the form that it has in a parsed address.
fn normalised(host: &str) -> String {
    Host::parse(host).map_or_else(|_| host.to_owned(), |host| host.to_string())
}

/// Whether an address belongs to the public Internet (RFC 6890).
pub fn is_public(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(address) => is_public_v4(address),
        IpAddr::V6(address) => is_public_v6(address),
    }
}

fn is_public_v4(address: Ipv4Addr) -> bool {
    let [first, second, third, _] = address.octets();
    let is_special = address.is_private()
        || address.is_loopback()
        || address.is_link_local()
        || first == 0
        // Carrier-grade NAT, protocol assignments, benchmarks.
        || (first == 100 && second & 0xc0 == 64)
        || (first == 192 && second == 0 && third == 0)
        || (first == 198 && second & 0xfe == 18)
        // Multicast, reserved, broadcast.
        || first >= 224;
    !is_special
}

fn is_public_v6(address: Ipv6Addr) -> bool {
    // An address that stands for one of IPv4: mapped, translated (NAT64), or 6to4.
    let [a, b, c, d, e, f, g, h] = address.segments();
    let v4 = |high: u16, low: u16| {
        is_public_v4(Ipv4Addr::from_bits(
            (u32::from(high) << 16) | u32::from(low),
        ))
    };
    match [a, b, c, d, e, f] {
        [0, 0, 0, 0, 0, 0xffff] | [0x64, 0xff9b, 0, 0, 0, 0] => v4(g, h),
        [0x2002, high, low, ..] => v4(high, low),
        // Global unicast; the rest is loopback, local, multicast or unassigned.
        _ => a & 0xe000 == 0x2000,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn objection(policy: &Policy, address: &str) -> String {
        let address = Url::parse(address).unwrap();
        policy.objection(&address).unwrap_or_default()
    }

    #[test]
    fn a_private_address_needs_a_name_of_the_user() {
        let public = Policy::new(&["*".to_owned()]);
        assert_eq!(objection(&public, "https://a.example/x"), "");
        assert_eq!(objection(&public, "https://1.1.1.1/x"), "");
        for private in [
            "10.1.2.3",
            "127.1",
            "0x7f000001",
            "[::1]",
            "169.254.169.254",
        ] {
            let said = objection(&public, &format!("https://{private}/x"));
            assert!(said.starts_with("is on the private address `"), "{said}");
        }
        let named = Policy::new(&["127.0.0.1".to_owned(), "Intranet.Example".to_owned()]);
        assert_eq!(objection(&named, "https://127.0.0.1:8443/x"), "");
        assert_eq!(objection(&named, "https://intranet.example/x"), "");
        assert_eq!(
            objection(&named, "https://a.example/x"),
            "is on the host `a.example`, which isn't allowed"
        );
        let own = Policy::default().with_host_of(&Url::parse("https://10.0.0.1/api.yaml").unwrap());
        assert_eq!(objection(&own, "https://10.0.0.1/pet.yaml"), "");
    }

    #[test]
    fn only_https_without_credentials_is_allowed() {
        let public = Policy::new(&["*".to_owned()]);
        assert_eq!(
            objection(&public, "http://a.example/x"),
            "isn't an `https:` address"
        );
        assert_eq!(
            objection(&public, "https://a:b@a.example/x"),
            "has credentials"
        );
        assert_eq!(
            objection(&public, "https://a@a.example/x"),
            "has credentials"
        );
    }

    #[test]
    fn addresses_that_stand_for_private_ones_are_private() {
        for (address, public) in [
            ("93.184.216.34", true),
            ("2606:4700:4700::1111", true),
            ("172.16.0.1", false),
            ("192.168.1.1", false),
            ("100.64.0.1", false),
            ("100.128.0.1", true),
            ("198.19.0.1", false),
            ("0.0.0.0", false),
            ("255.255.255.255", false),
            ("224.0.0.1", false),
            ("::", false),
            ("::1", false),
            ("::ffff:10.0.0.1", false),
            ("::ffff:1.1.1.1", true),
            ("64:ff9b::7f00:1", false),
            ("2002:a00:1::", false),
            ("fc00::1", false),
            ("fe80::1", false),
            ("ff02::1", false),
        ] {
            assert_eq!(is_public(address.parse().unwrap()), public, "{address}");
        }
    }
}
