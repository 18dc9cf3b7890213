//! Finds the most similar name, for "did you mean".

/// The length of the longest name that is compared.
const LONGEST: usize = 64;

/// Returns the candidate most similar to `name`, if one is similar enough.
pub(crate) fn nearest<'a>(
    name: &str,
    candidates: impl Iterator<Item = &'a str>,
) -> Option<&'a str> {
    let name: Vec<char> = name.chars().take(LONGEST + 1).collect();
    if name.len() > LONGEST {
        return None;
    }
    let furthest = (name.len() / 3).clamp(1, 4);
    let near = |candidate: &&str| {
        candidate.len() <= 4 * LONGEST && candidate.chars().count().abs_diff(name.len()) <= furthest
    };
    let mut best: Option<(usize, &str)> = None;
    for candidate in candidates.filter(near) {
        let letters: Vec<char> = candidate.chars().collect();
        let distance = distance(&name, &letters);
        if distance <= furthest && best.is_none_or(|(least, _)| distance < least) {
            best = Some((distance, candidate));
        }
    }
    best.map(|(_, candidate)| candidate)
}

/// Returns how many letters have to be inserted, deleted, replaced or swapped with the next,
/// ignoring case.
fn distance(one: &[char], other: &[char]) -> usize {
    let same = |a: usize, b: usize| match (one.get(a), other.get(b)) {
        (Some(a), Some(b)) => a.eq_ignore_ascii_case(b),
        _ => false,
    };
    let mut rows = [
        Vec::new(),
        Vec::new(),
        (0..=other.len()).collect::<Vec<usize>>(),
    ];
    for line in 0..one.len() {
        rows.rotate_left(1);
        let mut row = vec![line + 1];
        for column in 0..other.len() {
            let changed = rows[1][column] + usize::from(!same(line, column));
            let mut least = changed.min(rows[1][column + 1] + 1).min(row[column] + 1);
            if line > 0 && column > 0 && same(line, column - 1) && same(line - 1, column) {
                least = least.min(rows[0][column - 1] + 1);
            }
            row.push(least);
        }
        rows[2] = row;
    }
    rows[2][other.len()]
}

#[cfg(test)]
mod tests {
    use super::nearest;

    #[test]
    fn the_nearest_name_is_found_if_it_is_similar() {
        let names = ["Pet", "Pets", "Person", "Category"];
        assert_eq!(nearest("pet", names.into_iter()), Some("Pet"));
        assert_eq!(nearest("Categroy", names.into_iter()), Some("Category"));
        assert_eq!(nearest("Pgae", ["Page", "Pale"].into_iter()), Some("Page"));
        assert_eq!(nearest("Dog", names.into_iter()), None);
        assert_eq!(nearest(&"x".repeat(1_000_000), names.into_iter()), None);
    }
}
