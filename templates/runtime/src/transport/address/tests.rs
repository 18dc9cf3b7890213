use super::BaseUrl;

fn address(base: &str, path: &str, query: &str) -> String {
    let base = BaseUrl::parse(base).expect("a base URL");
    let url = base.address(path, query).expect("a URL");
    url.to_string()
}

#[test]
fn the_path_of_a_call_follows_that_of_the_base_url() {
    assert_eq!(address("https://h", "/a", ""), "https://h/a");
    assert_eq!(address("https://h/", "a", ""), "https://h/a");
    assert_eq!(address("https://h/v1", "/a", ""), "https://h/v1/a");
    assert_eq!(address("https://h/v1/", "a", ""), "https://h/v1/a");
    assert_eq!(address("https://h/v1", "", ""), "https://h/v1/");
    assert_eq!(
        address("https://h:8443/v1", "/a%2Fb", ""),
        "https://h:8443/v1/a%2Fb"
    );
}

#[test]
fn a_fragment_of_the_path_is_not_sent() {
    assert_eq!(address("https://h", "/a#b", "c=1"), "https://h/a?c=1");
}

#[test]
fn the_queries_of_base_url_path_and_call_are_one() {
    assert_eq!(
        address("https://h/v1?k=1", "/a?beta=true", "b=2&c=3"),
        "https://h/v1/a?k=1&beta=true&b=2&c=3"
    );
    assert_eq!(
        address("https://h", "/a?beta=true", ""),
        "https://h/a?beta=true"
    );
    assert_eq!(
        address("https://h", "/a?beta", "b=2"),
        "https://h/a?beta&b=2"
    );
}

#[test]
fn a_url_up_to_its_query_has_no_slash_at_the_end() {
    let base = BaseUrl::parse("http://[::1]:80/v1/?k=1").expect("a base URL");
    assert_eq!(base.without_query(), "http://[::1]/v1");
    let base = BaseUrl::parse("http://h").expect("a base URL");
    assert_eq!(base.without_query(), "http://h");
}
