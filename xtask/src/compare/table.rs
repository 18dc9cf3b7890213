//! Formats measurements as a table: one row per document and measure.

use super::cost::{Cost, ratio};

/// What was measured for one document: the cost of each generator, this one first.
///
/// A cost is `None` if the generator can't process the document or its crate doesn't compile.
pub struct Row {
    pub document: String,
    pub measure: &'static str,
    pub costs: Vec<Option<Cost>>,
}

/// Formats the rows as a table with a column of costs for each generator and one of ratios for each
/// peer and for the better peer.
pub fn format(generators: &[String], rows: &[Row]) -> String {
    let mut lines = vec![header(generators)];
    lines.extend(rows.iter().map(cells));
    align(&lines)
}

/// Formats lines of cells, padded so that the columns are aligned.
pub fn align(lines: &[Vec<String>]) -> String {
    let columns = lines.iter().map(Vec::len).max().unwrap_or_default();
    let widths: Vec<usize> = (0..columns)
        .map(|column| {
            let cells = lines.iter().filter_map(|line| line.get(column));
            cells
                .map(|cell| cell.chars().count())
                .max()
                .unwrap_or_default()
        })
        .collect();
    let mut text = String::new();
    for line in lines {
        let cells = line.iter().zip(&widths);
        let padded: Vec<String> = cells
            .map(|(cell, width)| format!("{cell:<width$}"))
            .collect();
        text += padded.join("  ").trim_end();
        text.push('\n');
    }
    text
}

fn header(generators: &[String]) -> Vec<String> {
    let mut cells = vec!["document".to_owned(), "measure".to_owned()];
    cells.extend(generators.iter().cloned());
    cells.extend(
        generators
            .iter()
            .skip(1)
            .map(|name| format!("ratio to {}", name.split(' ').next().unwrap_or(name))),
    );
    if generators.len() > 2 {
        cells.push("ratio to the better".to_owned());
    }
    cells
}

fn cells(row: &Row) -> Vec<String> {
    let mut cells = vec![row.document.clone(), row.measure.to_owned()];
    let cost = |cost: &Option<Cost>| cost.map_or("failed".to_owned(), |cost| cost.to_string());
    cells.extend(row.costs.iter().map(cost));
    let Some((ours, peers)) = row.costs.split_first() else {
        return cells;
    };
    cells.extend(peers.iter().map(|peer| ratios(*ours, *peer)));
    if peers.len() > 1 {
        cells.push(ratios(*ours, better(peers)));
    }
    cells
}

/// Formats the ratio of user times, then that of wall times.
fn ratios(ours: Option<Cost>, peer: Option<Cost>) -> String {
    match (ours, peer) {
        (Some(ours), Some(peer)) => format!(
            "{} ({})",
            ratio(ours.user, peer.user),
            ratio(ours.wall, peer.wall)
        ),
        _ => "–".to_owned(),
    }
}

/// Returns the least user time and the least wall time of the peers.
fn better(peers: &[Option<Cost>]) -> Option<Cost> {
    peers.iter().flatten().copied().reduce(|one, other| Cost {
        wall: one.wall.min(other.wall),
        user: one.user.min(other.user),
        system: one.system.min(other.system),
    })
}

#[cfg(test)]
mod tests {
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
    fn a_row_has_the_ratio_to_each_peer_and_to_the_better_one() {
        let generators = [
            "ours".to_owned(),
            "one 1.0".to_owned(),
            "two 2.0".to_owned(),
        ];
        let rows = [
            Row {
                document: "a.yaml".to_owned(),
                measure: "check",
                costs: vec![cost(100, 200), cost(200, 500), cost(400, 400)],
            },
            Row {
                document: "long.yaml".to_owned(),
                measure: "release",
                costs: vec![cost(100, 200), None, cost(400, 400)],
            },
        ];
        let expected = "\
document   measure  ours               one 1.0            two 2.0            ratio to one  ratio to two  ratio to the better
a.yaml     check    0.100 s (0.200 s)  0.200 s (0.500 s)  0.400 s (0.400 s)  0.50 (0.40)   0.25 (0.50)   0.50 (0.50)
long.yaml  release  0.100 s (0.200 s)  failed             0.400 s (0.400 s)  –             0.25 (0.50)   0.25 (0.50)
";
        assert_eq!(format(&generators, &rows), expected);
    }

    #[test]
    fn with_one_peer_there_is_no_column_for_the_better_one() {
        let rows = [Row {
            document: "a.yaml".to_owned(),
            measure: "check",
            costs: vec![cost(100, 200), cost(200, 500)],
        }];
        let text = format(&["ours".to_owned(), "one 1.0".to_owned()], &rows);
        assert!(!text.contains("better"), "{text}");
    }
}
