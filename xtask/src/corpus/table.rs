//! Formats the results of a run as a summary.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use super::Record;
use crate::trial::Verdict;

/// The number of documents that are listed for one reason.
const NAMED: usize = 5;
/// The number of slowest documents that are listed.
const SLOWEST: usize = 5;

/// Formats the summary.
pub fn summary(records: &[Record]) -> String {
    let mut text = String::new();
    let mut counts = BTreeMap::new();
    let (mut files, mut bytes, mut warnings) = (0, 0, 0);
    for record in records {
        *counts.entry(word(&record.result.verdict)).or_insert(0) += 1;
        if let Verdict::Generated {
            files: made,
            bytes: length,
            warnings: told,
        } = record.result.verdict
        {
            files += made;
            bytes += length;
            warnings += told;
        }
    }
    let seconds: f64 = records.iter().map(|record| record.result.seconds).sum();
    for (word, count) in counts {
        let _ = writeln!(text, "{count:>8}  {word}");
    }
    let _ = writeln!(text, "{:>8}  documents", records.len());
    let _ = writeln!(
        text,
        "\n{files} files of {} MB, {warnings} warnings, {seconds:.0} s of processor time",
        bytes / 1_000_000
    );
    write_slowest(records, &mut text);
    write_reasons(records, &mut text);
    text
}

fn word(verdict: &Verdict) -> &'static str {
    match verdict {
        Verdict::Generated { .. } => "generated",
        Verdict::Refused { .. } => "refused",
        Verdict::Invalid { .. } => "invalid files",
        Verdict::Panicked { .. } => "panicked",
        Verdict::Crashed { .. } => "crashed",
        Verdict::Hung { .. } => "timed out",
    }
}

fn write_slowest(records: &[Record], text: &mut String) {
    let mut slowest: Vec<&Record> = records.iter().collect();
    slowest.sort_by(|a, b| b.result.seconds.total_cmp(&a.result.seconds));
    text.push_str("\nSlowest:\n");
    for record in slowest.into_iter().take(SLOWEST) {
        let _ = writeln!(text, "{:>7.1}s  {}", record.result.seconds, record.document);
    }
}

/// Writes every reason for which no crate was generated, with its documents. The first error of a
/// document is its reason. Reasons that differ only in names are the same.
fn write_reasons(records: &[Record], text: &mut String) {
    let mut reasons: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for record in records {
        if let Some((word, message)) = record.result.verdict.fault() {
            let reason = format!("{word}: {}", message.lines().next().unwrap_or_default());
            reasons
                .entry(reason)
                .or_default()
                .push(record.document.clone());
        }
        if let Verdict::Refused { errors } = &record.result.verdict
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

/// Replaces names in backticks with `…`.
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
