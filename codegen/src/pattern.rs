//! Patterns with `*`, as options write them for paths and names.

/// Returns whether `text` matches `pattern`: `*` matches any characters but `/`, `**` any
/// characters.
pub(crate) fn matches(pattern: &str, text: &str) -> bool {
    // The positions in the pattern that the text read so far can lead to. Every character is read
    // once, so the time is linear in the length of the text.
    let pattern: Vec<char> = pattern.chars().collect();
    let mut positions = vec![false; pattern.len() + 1];
    positions[0] = true;
    skip_stars(&pattern, &mut positions);
    for letter in text.chars() {
        let mut next = vec![false; pattern.len() + 1];
        for at in (0..pattern.len()).filter(|at| positions[*at]) {
            if pattern[at] == '*' {
                next[at] |= letter != '/' || is_double(&pattern, at);
            } else {
                next[at + 1] |= pattern[at] == letter;
            }
        }
        skip_stars(&pattern, &mut next);
        positions = next;
    }
    positions[pattern.len()]
}

/// Adds the positions after stars, which also match the empty text.
fn skip_stars(pattern: &[char], positions: &mut [bool]) {
    for at in 0..pattern.len() {
        if positions[at] && pattern[at] == '*' {
            positions[at + 1] = true;
        }
    }
}

/// Whether the star at `at` has another one beside it.
fn is_double(pattern: &[char], at: usize) -> bool {
    let before = at.checked_sub(1).and_then(|at| pattern.get(at));
    pattern.get(at + 1) == Some(&'*') || before == Some(&'*')
}

#[cfg(test)]
mod tests {
    use super::matches;

    #[test]
    fn one_star_stays_within_a_segment_and_two_cross_segments() {
        let matching = [
            ("/pets", "/pets"),
            ("/pets/*", "/pets/{id}"),
            ("/pets/{*}", "/pets/{id}"),
            ("/v1/**", "/v1/pets/{id}/toys"),
            ("/**/toys", "/v1/pets/{id}/toys"),
            ("/v*/pets", "/v1/pets"),
            ("**", "/anything/at/all"),
            ("/*.json", "/Accounts.json"),
        ];
        for (pattern, path) in matching {
            assert!(matches(pattern, path), "{pattern} {path}");
        }
        let other = [
            ("/pets", "/pets/{id}"),
            ("/pets/*", "/pets"),
            ("/pets/*", "/pets/{id}/toys"),
            ("/v1/**", "/v2/pets"),
            ("*", "/a/b"),
            ("", "/"),
        ];
        for (pattern, path) in other {
            assert!(!matches(pattern, path), "{pattern} {path}");
        }
    }

    #[test]
    fn many_stars_take_linear_time() {
        let path = format!("/{}", "a".repeat(2_000));
        assert!(!matches(&format!("{}b", "*a".repeat(200)), &path));
    }
}
