//! What a run found, as a table for a person.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use super::Record;
use crate::trial::Verdict;

/// How many documents are named for one reason.
const NAMED: usize = 5;
/// How many of the slowest are told.
const SLOWEST: usize = 5;

/// The whole summary.
pub fn summary(records: &[Record]) -> String {
    let mut text = String::new();
    let mut counts = BTreeMap::new();
    let (mut files, mut bytes, mut warnings) = (0, 0, 0);
    for record in records {
        *counts.entry(word(&record.answer.verdict)).or_insert(0) += 1;
        if let Verdict::Generated {
            files: made,
            bytes: length,
            warnings: told,
        } = record.answer.verdict
        {
            files += made;
            bytes += length;
            warnings += told;
        }
    }
    let seconds: f64 = records.iter().map(|record| record.answer.seconds).sum();
    for (word, count) in counts {
        let _ = writeln!(text, "{count:>8}  {word}");
    }
    let _ = writeln!(text, "{:>8}  documents in all", records.len());
    let _ = writeln!(
        text,
        "\n{files} files of {} MB, {warnings} warnings, {seconds:.0} s of processor time",
        bytes / 1_000_000
    );
    tell_slowest(records, &mut text);
    tell_reasons(records, &mut text);
    text
}

fn word(verdict: &Verdict) -> &'static str {
    match verdict {
        Verdict::Generated { .. } => "make a crate",
        Verdict::Refused { .. } => "are refused",
        Verdict::Invalid { .. } => "make invalid files",
        Verdict::Panicked { .. } => "make it panic",
        Verdict::Crashed { .. } => "crash it",
        Verdict::Hung { .. } => "take too long",
    }
}

fn tell_slowest(records: &[Record], text: &mut String) {
    let mut slowest: Vec<&Record> = records.iter().collect();
    slowest.sort_by(|a, b| b.answer.seconds.total_cmp(&a.answer.seconds));
    text.push_str("\nSlowest:\n");
    for record in slowest.into_iter().take(SLOWEST) {
        let _ = writeln!(text, "{:>7.1}s  {}", record.answer.seconds, record.document);
    }
}

/// Every reason for which a document makes no crate, with the documents. The first error of each
/// refusal counts as its reason, and names in it don't tell one reason from another.
fn tell_reasons(records: &[Record], text: &mut String) {
    let mut reasons: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for record in records {
        if let Some((word, message)) = record.answer.verdict.fault() {
            let reason = format!("{word}: {}", message.lines().next().unwrap_or_default());
            reasons
                .entry(reason)
                .or_default()
                .push(record.document.clone());
        }
        if let Verdict::Refused { errors } = &record.answer.verdict
            && let Some(first) = errors.first()
        {
            let reason = format!("{}: {}", first.stage, without_names(&first.message));
            let example = format!(
                "{}:{} {} ({}; {} errors)",
                record.document,
                first.line,
                first.pointer,
                first.message,
                errors.len()
            );
            reasons.entry(reason).or_default().push(example);
        }
    }
    let mut reasons: Vec<_> = reasons.into_iter().collect();
    reasons.sort_by_key(|(_, documents)| std::cmp::Reverse(documents.len()));
    for (reason, documents) in reasons {
        let _ = writeln!(text, "\n{:>6} × {reason}", documents.len());
        for document in documents.iter().take(NAMED) {
            let _ = writeln!(text, "         {document}");
        }
        if documents.len() > NAMED {
            let _ = writeln!(text, "         … and {} more", documents.len() - NAMED);
        }
    }
}

/// A message with `…` for what stands in backticks.
pub fn without_names(message: &str) -> String {
    let parts = message.split('`').enumerate();
    parts
        .map(|(index, part)| if index % 2 == 0 { part } else { "`…`" })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reasons_that_differ_in_names_are_one() {
        assert_eq!(
            without_names("`a` is given twice in `b`"),
            without_names("`c` is given twice in `d`")
        );
        assert_eq!(without_names("`a` is odd"), "`…` is odd");
    }
}
