//! The rules of the device login (RFC 8628), without HTTP: requested access, decisions of the user, and
//! polling intervals.

use std::collections::{HashMap, VecDeque};
use std::time::{Duration, Instant};

use super::secret;

/// The largest number of logins at once.
const MOST_LOGINS: usize = 1000;
/// The time that polling too often adds to the interval (RFC 8628 section 3.5).
const STEP: Duration = Duration::from_secs(5);
/// The number of wrong codes per minute, of all users together: this server can't distinguish users
/// (RFC 8628 section 5.1).
const MOST_WRONG: usize = 10;
const MINUTE: Duration = Duration::from_secs(60);

/// The access that an app requests.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Access {
    pub client_id: String,
    pub scopes: Vec<String>,
    pub audiences: Vec<String>,
}

/// The codes of a login.
pub struct Codes {
    pub device_code: String,
    pub user_code: String,
}

/// There are too many logins.
#[derive(Debug)]
pub struct Full;

/// The result of a poll.
#[derive(Debug, PartialEq, Eq)]
pub enum Poll {
    Approved(Access),
    Pending,
    SlowDown,
    Denied,
    Expired,
    /// Not a code of this app, or a used one.
    Invalid,
}

/// The question to the user.
#[derive(Debug)]
pub struct Consent {
    pub user_code: String,
    pub access: Access,
    /// Proves that the decision comes from the page that asked for it.
    pub ticket: String,
}

/// The user's decision, with proof that it comes from the user.
pub struct Decision<'a> {
    pub user_code: &'a str,
    pub session: &'a str,
    pub ticket: &'a str,
    pub approve: bool,
}

/// Why a code or a decision is rejected.
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
    /// When the device may poll again.
    next_poll: Instant,
    state: State,
    /// The session of the browser with the question, and the ticket of its page.
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
        // Expired logins are kept for another lifetime, so that the device learns that its code expired.
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

    /// Handles a poll (RFC 8628 section 3.5).
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

    /// Handles a code that a user entered in a browser, and returns the question to the user.
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

    /// Handles a decision, and returns the access that it is about.
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

    /// Returns the login with this user code.
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

/// Normalises a code: upper case, only letters and digits.
fn plain(code: &str) -> String {
    code.chars()
        .filter(char::is_ascii_alphanumeric)
        .map(|c| c.to_ascii_uppercase())
        .collect()
}
