//! Compares the cost of a call of a generated client with that of the same call written by hand with
//! reqwest and serde's derive: `cargo bench --package e2e`.
//!
//! Instructions are counted with valgrind, so that their ratio is the same on every machine. The wall time
//! over loopback includes the server's. The callers take turns, so that other load affects both, and the
//! median of the rounds counts: the least depends on whether client and server once shared a core.
//!
//! The benchmark fails if the generated call takes more instructions than [`LIMIT`] allows.

mod calls;
mod instructions;
mod server;

use std::process::ExitCode;
use std::time::{Duration, Instant};

use self::calls::{Caller, Calls, Result};
use self::server::Server;

/// The number of rounds, and of calls in each, when wall time is measured.
const ROUNDS: usize = 40;
const CALLS: u32 = 1000;

/// The largest number of instructions of a generated call, as a multiple of the call by hand.
const LIMIT: f64 = 1.05;

const HELP: &str = "valgrind isn't installed, so instructions aren't counted\n  \
                    help: install valgrind (Debian: valgrind; macOS has none)";

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let result = match arguments[..] {
        ["serve"] => server::serve().map_err(Into::into),
        ["call", caller, address, count] => call(caller, address, count),
        // Cargo adds `--bench`.
        _ => compare(),
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}

/// Makes calls and nothing else: the program that callgrind runs.
fn call(caller: &str, address: &str, count: &str) -> Result<()> {
    let caller = Caller::by_name(caller).ok_or("the caller is unknown")?;
    Calls::new(address)?.make(caller, count.parse()?)
}

fn compare() -> Result<()> {
    let server = Server::start()?;
    compare_wall_time(&server)?;
    if instructions::is_available() {
        compare_instructions(&server)
    } else {
        println!("{HELP}");
        Ok(())
    }
}

fn compare_wall_time(server: &Server) -> Result<()> {
    let calls = Calls::new(&server.address)?;
    let mut times = Caller::ALL.map(|_| Vec::new());
    // The first round connects, and isn't measured.
    for round in 0..=ROUNDS {
        for (caller, times) in Caller::ALL.into_iter().zip(&mut times) {
            let begun = Instant::now();
            calls.make(caller, CALLS)?;
            if round > 0 {
                times.push(begun.elapsed() / CALLS);
            }
        }
    }
    println!("wall time of a call      median       least");
    let mut medians = Vec::new();
    for (caller, times) in Caller::ALL.into_iter().zip(&mut times) {
        times.sort();
        let (median, least) = (times[ROUNDS / 2], times[0]);
        println!("{:<20} {median:>10.1?}  {least:>10.1?}", caller.name());
        medians.push((median, least));
    }
    if let [generated, by_hand] = medians[..] {
        let ratio = |ours: Duration, other: Duration| ours.as_secs_f64() / other.as_secs_f64();
        println!(
            "{:<20} {:>10.3}  {:>10.3}\n",
            "ratio",
            ratio(generated.0, by_hand.0),
            ratio(generated.1, by_hand.1)
        );
    }
    Ok(())
}

fn compare_instructions(server: &Server) -> Result<()> {
    println!("instructions of a call");
    let mut counts = Vec::new();
    for caller in Caller::ALL {
        let (count, profile) = instructions::count(caller, &server.address)?;
        println!(
            "{:<20} {count:>10}  callgrind_annotate --inclusive=yes {}",
            caller.name(),
            profile.display()
        );
        counts.push(count as f64);
    }
    if let [generated, by_hand] = counts[..] {
        let ratio = generated / by_hand;
        println!("{:<20} {ratio:>10.3}", "ratio");
        if ratio > LIMIT {
            return Err(format!("a generated call takes {ratio:.3} times the instructions of a call by hand, and may take {LIMIT}").into());
        }
    }
    Ok(())
}
