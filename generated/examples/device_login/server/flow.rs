//! The rules of the device login (RFC 8628), without HTTP: what has been asked for, what the user
//! decided, and how often a device may ask.

use std::collections::{HashMap, VecDeque};
use std::time::{Duration, Instant};

use super::secret;

/// How many logins are kept at once.
const MOST_LOGINS: usize = 1000;
/// What asking too often adds to a device's interval (RFC 8628 section 3.5).
const STEP: Duration = Duration::from_secs(5);
/// How many wrong codes may be entered in a minute, by everyone together: this server can't tell
/// one person from another (RFC 8628 section 5.1).
const MOST_WRONG: usize = 10;
const MINUTE: Duration = Duration::from_secs(60);

/// What an app asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Access {
    pub client_id: String,
    pub scopes: Vec<String>,
    pub audiences: Vec<String>,
}

/// What a device is given at first.
pub struct Codes {
    pub device_code: String,
    pub user_code: String,
}

/// There are too many logins already.
#[derive(Debug)]
pub struct Full;

/// What a device is told that asks for its tokens.
#[derive(Debug, PartialEq, Eq)]
pub enum Poll {
    Approved(Access),
    Pending,
    SlowDown,
    Denied,
    Expired,
    /// Not a code of this app, or used already.
    Invalid,
}

/// What the user is asked.
#[derive(Debug)]
pub struct Consent {
    pub user_code: String,
    pub access: Access,
    /// Proves that the decision comes from the page that asked for it.
    pub ticket: String,
}

/// What the user decided, and how the server can tell that it was the user.
pub struct Decision<'a> {
    pub user_code: &'a str,
    pub session: &'a str,
    pub ticket: &'a str,
    pub approve: bool,
}

/// Why an entered code leads no further.
#[derive(Debug, PartialEq, Eq)]
pub enum Refused {
    Unknown,
    Expired,
    Decided,
    /// The decision doesn't come from the page that asked for it.
    NotAsked,
    TooMany {
        wait: Duration,
    },
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum State {
    Pending,
    Approved,
    Denied,
    Used,
}

struct Login {
    user_code: String,
    access: Access,
    expires_at: Instant,
    interval: Duration,
    /// When the device may ask again.
    next_poll: Instant,
    state: State,
    /// The browser that is being asked, by its session, and the ticket of its page.
    asked: Option<(String, String)>,
}

/// All logins, by device code.
pub struct Flow {
    lifetime: Duration,
    interval: Duration,
    logins: HashMap<String, Login>,
    /// When wrong codes were entered, the oldest first.
    wrong: VecDeque<Instant>,
}

impl Flow {
    pub fn new(lifetime: Duration, interval: Duration) -> Self {
        Self {
            lifetime,
            interval,
            logins: HashMap::new(),
            wrong: VecDeque::new(),
        }
    }

    /// Starts a login.
    pub fn authorize(&mut self, access: Access, now: Instant) -> Result<Codes, Full> {
        // A device may learn for as long again that its code has expired.
        let lifetime = self.lifetime;
        self.logins
            .retain(|_, login| now < login.expires_at + lifetime);
        if self.logins.len() >= MOST_LOGINS {
            return Err(Full);
        }
        let user_code = loop {
            let code = secret::user_code();
            if self.logins.values().all(|login| login.user_code != code) {
                break code;
            }
        };
        let device_code = secret::token();
        let login = Login {
            user_code: user_code.clone(),
            access,
            expires_at: now + self.lifetime,
            interval: self.interval,
            next_poll: now + self.interval,
            state: State::Pending,
            asked: None,
        };
        self.logins.insert(device_code.clone(), login);
        Ok(Codes {
            device_code,
            user_code,
        })
    }

    /// Answers a device (RFC 8628 section 3.5).
    pub fn poll(&mut self, device_code: &str, client_id: &str, now: Instant) -> Poll {
        let Some(login) = self.logins.get_mut(device_code) else {
            return Poll::Invalid;
        };
        if login.access.client_id != client_id || login.state == State::Used {
            return Poll::Invalid;
        }
        if now >= login.expires_at {
            return Poll::Expired;
        }
        match login.state {
            State::Denied => Poll::Denied,
            State::Approved => {
                login.state = State::Used;
                Poll::Approved(login.access.clone())
            }
            State::Pending | State::Used => {
                let too_soon = now < login.next_poll;
                if too_soon {
                    login.interval += STEP;
                }
                login.next_poll = now + login.interval;
                if too_soon {
                    Poll::SlowDown
                } else {
                    Poll::Pending
                }
            }
        }
    }

    /// Takes a code that someone entered in a browser, and gives what that person is to be asked.
    pub fn enter(&mut self, typed: &str, session: &str, now: Instant) -> Result<Consent, Refused> {
        let login = self.pending(typed, now)?;
        let ticket = secret::token();
        login.asked = Some((session.to_owned(), ticket.clone()));
        Ok(Consent {
            user_code: login.user_code.clone(),
            access: login.access.clone(),
            ticket,
        })
    }

    /// Takes a decision; gives what was decided about.
    pub fn decide(&mut self, decision: &Decision<'_>, now: Instant) -> Result<Access, Refused> {
        let login = self.pending(decision.user_code, now)?;
        let asked = login.asked.as_ref();
        let same = asked.is_some_and(|(session, ticket)| {
            session == decision.session && ticket == decision.ticket
        });
        if !same {
            return Err(Refused::NotAsked);
        }
        login.state = match decision.approve {
            true => State::Approved,
            false => State::Denied,
        };
        Ok(login.access.clone())
    }

    /// The login that waits for this code to be entered.
    fn pending(&mut self, typed: &str, now: Instant) -> Result<&mut Login, Refused> {
        while self.wrong.front().is_some_and(|at| now >= *at + MINUTE) {
            self.wrong.pop_front();
        }
        if let Some(oldest) = self.wrong.front()
            && self.wrong.len() >= MOST_WRONG
        {
            let wait = (*oldest + MINUTE).saturating_duration_since(now);
            return Err(Refused::TooMany { wait });
        }
        let typed = plain(typed);
        let mut logins = self.logins.values_mut();
        let Some(login) = logins.find(|login| plain(&login.user_code) == typed) else {
            self.wrong.push_back(now);
            return Err(Refused::Unknown);
        };
        if login.state != State::Pending {
            return Err(Refused::Decided);
        }
        if now >= login.expires_at {
            return Err(Refused::Expired);
        }
        Ok(login)
    }
}

/// A code without what doesn't count: case, and all that is neither letter nor digit.
fn plain(code: &str) -> String {
    code.chars()
        .filter(char::is_ascii_alphanumeric)
        .map(|c| c.to_ascii_uppercase())
        .collect()
}
