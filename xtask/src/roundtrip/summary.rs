//! The results of a run: the kinds of differences, and a table.

use super::known::KnownDifferences;
use super::reason::Reason;
use super::tally::{Kind, Tally};

/// Formats the results: the most frequent kinds of each reason, of each document if they are failures,
/// and a table at the end.
pub fn text(
    tallies: &[Tally],
    refused: &[String],
    known: &KnownDifferences,
    most: usize,
) -> String {
    let mut text = String::new();
    for reason in Reason::ALL {
        let of = |tally| kinds(tally, reason, known);
        let lines: String = if reason.is_failure() {
            tallies.iter().map(|it| lines(of(it), most)).collect()
        } else {
            lines(tallies.iter().flat_map(of).collect(), most)
        };
        if !lines.is_empty() {
            let total: u64 = tallies.iter().map(|it| it.count(reason)).sum();
            text += &format!("\n{} ({total}):\n{lines}", reason.title());
        }
    }
    let not_made = tallies
        .iter()
        .flat_map(|tally| tally.not_made.iter().map(move |it| (tally, it)));
    let not_made: Vec<_> = not_made.collect();
    if !not_made.is_empty() {
        text += &format!(
            "\nTypes of which not every value was made ({}):\n",
            not_made.len()
        );
        for (tally, (pointer, (why, count))) in not_made {
            text += &format!("  {} {pointer}: {why} ({count} times)\n", tally.name);
        }
    }
    text += &known.summary(tallies);
    text + "\n" + &table(tallies, refused)
}

/// A kind of difference, with the names of its document and schema.
type NamedKind<'a> = (&'a str, &'a str, &'a Kind);

/// Returns the kinds of a reason, without the accepted ones.
fn kinds<'a>(tally: &'a Tally, reason: Reason, known: &KnownDifferences) -> Vec<NamedKind<'a>> {
    let kinds = tally.kinds.iter().filter(|((of, ..), kind)| {
        *of == reason && !known.contains(&tally.name, reason, &kind.first.path)
    });
    let kinds = kinds.map(|((_, schema, _), kind)| (tally.name.as_str(), schema.as_str(), kind));
    kinds.collect()
}

/// Formats the most frequent kinds, each as a line.
fn lines(mut kinds: Vec<NamedKind<'_>>, most: usize) -> String {
    kinds.sort_by_key(|(.., kind)| std::cmp::Reverse(kind.count));
    let mut text = String::new();
    for (document, schema, kind) in kinds.iter().take(most) {
        let first = &kind.first;
        let line = format!(
            "  {document} {schema} {}: {} → {} ({} times)",
            first.path, first.before, first.after, kind.count
        );
        text.extend(line.chars().map(|c| if c.is_control() { ' ' } else { c }));
        text.push('\n');
    }
    if kinds.len() > most {
        text += &format!("  and {} more kinds\n", kinds.len() - most);
    }
    text
}

fn table(tallies: &[Tally], refused: &[String]) -> String {
    let mut heads = vec!["types", "unread", "values", "equal", "hostile"];
    heads.extend(Reason::ALL.map(Reason::head));
    let mut rows: Vec<(String, Vec<u64>)> = tallies
        .iter()
        .map(|tally| {
            let mut cells = vec![
                tally.types as u64,
                tally.unread as u64,
                tally.values,
                tally.equal,
                tally.hostile,
            ];
            cells.extend(Reason::ALL.map(|reason| tally.count(reason)));
            (tally.name.clone(), cells)
        })
        .collect();
    let sum = |at: usize| rows.iter().map(|(_, cells)| cells[at]).sum();
    let sums = (0..heads.len()).map(sum).collect();
    rows.push((format!("{} documents", tallies.len()), sums));
    let width = rows.iter().map(|(name, _)| name.chars().count()).max();
    let width = width.unwrap_or(0);
    let mut text = format!("{:width$}", "");
    for head in &heads {
        text += &format!("  {head:>6}");
    }
    text.push('\n');
    for (name, cells) in rows {
        text += &format!("{name:width$}");
        for (head, cell) in heads.iter().zip(cells) {
            text += &format!("  {cell:>width$}", width = head.len().max(6));
        }
        text.push('\n');
    }
    for name in refused {
        text += &format!("{name}: no client was generated\n");
    }
    text
}
