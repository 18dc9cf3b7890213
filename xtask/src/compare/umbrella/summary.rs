//! Formats the costs of a product's crates.

use super::size::Size;
use super::{Api, Failure, Product, Stage};
use crate::compare::cost::Cost;
use crate::compare::table::align;

/// What was measured of one generator.
pub struct Column {
    pub name: String,
    pub generation: Option<Cost>,
    /// The cost of checking a few crates, and the number of these that compile.
    pub few: (Option<Cost>, usize),
    /// The same of all crates.
    pub all: (Option<Cost>, usize),
    pub size: Size,
    pub failures: Vec<Failure>,
}

/// Returns a table with a column for each generator, and a list of the failures.
pub fn summary(product: &Product, columns: &[Column], rounds: usize) -> String {
    let list = |apis: &[Api]| {
        let packages: Vec<&str> = apis.iter().map(|api| api.package.as_str()).collect();
        packages.join(", ")
    };
    let (few, all) = (product.few.len(), product.all.len());
    let row = |name: &str, cell: &dyn Fn(&Column) -> String| {
        let cells = columns.iter().map(cell);
        std::iter::once(name.to_owned()).chain(cells).collect()
    };
    let failed = |stage| {
        move |column: &Column| {
            let failures = column.failures.iter();
            failures.filter(|it| it.stage == stage).count().to_string()
        }
    };
    let lines: Vec<Vec<String>> = vec![
        row("", &|it| it.name.clone()),
        row("generation", &|it| time(it.generation)),
        row(&format!("check of {few}"), &|it| check(it.few, few)),
        row(&format!("check of all {all}"), &|it| check(it.all, all)),
        row("files of Rust", &|it| it.size.files.to_string()),
        row("lines", &|it| it.size.lines.to_string()),
        row("bytes", &|it| it.size.bytes.to_string()),
        row(
            "documents that aren't generated",
            &failed(Stage::Generation),
        ),
        row("crates that don't compile", &failed(Stage::Compilation)),
    ];
    let times = match rounds {
        1 => "one round".to_owned(),
        rounds => format!("least of {rounds} rounds"),
    };
    let mut text = format!(
        "{} of {all} documents: user time (wall time), {times}; dependencies, and the runtime, are built \
         beforehand and not counted\nAPIs that are checked first: {}\n\n{}",
        product.name,
        list(&product.few),
        align(&lines)
    );
    for column in columns.iter().filter(|it| !it.failures.is_empty()) {
        text += &format!("\nfailures of {}\n", column.name);
        for failure in &column.failures {
            let stage = match failure.stage {
                Stage::Generation => "isn't generated",
                Stage::Compilation => "doesn't compile",
            };
            text += &format!("  {} {stage}: {}\n", failure.package, failure.cause);
        }
    }
    text
}

fn time(cost: Option<Cost>) -> String {
    cost.map_or("failed".to_owned(), |cost| cost.to_string())
}

/// Formats the cost of `compiled` crates, and their number if these are not all.
fn check((cost, compiled): (Option<Cost>, usize), of: usize) -> String {
    match cost {
        Some(_) if compiled < of => format!("{} for {compiled}", time(cost)),
        _ => time(cost),
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;
    use std::time::Duration;

    use super::*;

    fn cost(user: u64, wall: u64) -> Option<Cost> {
        Some(Cost {
            wall: Duration::from_millis(wall),
            user: Duration::from_millis(user),
            system: Duration::ZERO,
        })
    }

    #[test]
    fn crates_that_fail_are_counted_named_and_left_out() {
        let apis: Vec<Api> = ["dns", "mail"]
            .map(|name| Api::new(&Path::new("/specs").join(name), "acme"))
            .into();
        let product = Product {
            name: "acme".to_owned(),
            few: apis[..1].to_vec(),
            all: apis,
        };
        let size = Size {
            files: 10,
            lines: 200,
            bytes: 3000,
        };
        let columns = [
            Column {
                name: "ours".to_owned(),
                generation: cost(100, 200),
                few: (cost(1000, 1100), 1),
                all: (cost(2000, 1500), 2),
                size,
                failures: Vec::new(),
            },
            Column {
                name: "peer 1.0".to_owned(),
                generation: cost(300, 400),
                few: (None, 0),
                all: (cost(5000, 4000), 1),
                size,
                failures: vec![Failure {
                    package: "acme-dns".to_owned(),
                    stage: Stage::Compilation,
                    cause: "mismatched types".to_owned(),
                }],
            },
        ];
        let expected = "\
acme of 2 documents: user time (wall time), one round; dependencies, and the runtime, are built beforehand and not counted
APIs that are checked first: acme-dns

                                 ours               peer 1.0
generation                       0.100 s (0.200 s)  0.300 s (0.400 s)
check of 1                       1.000 s (1.100 s)  failed
check of all 2                   2.000 s (1.500 s)  5.000 s (4.000 s) for 1
files of Rust                    10                 10
lines                            200                200
bytes                            3000               3000
documents that aren't generated  0                  0
crates that don't compile        0                  1

failures of peer 1.0
  acme-dns doesn't compile: mismatched types
";
        assert_eq!(summary(&product, &columns, 1), expected);
    }
}
