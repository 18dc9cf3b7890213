use super::BaseUrl;

#[test]
fn the_queries_of_base_url_path_and_call_are_one() {
    let address = |base: &str, path: &str, query: &str| {
        let base = BaseUrl::parse(base).expect("a base URL");
        base.address(path, query).expect("an address").to_string()
    };
    assert_eq!(address("https://h", "/a", ""), "https://h/a");
    assert_eq!(
        address("https://h/v1?k=1", "/a?beta=true", "b=2&c=3"),
        "https://h/v1/a?k=1&beta=true&b=2&c=3"
    );
    assert_eq!(
        address("https://h", "/a?beta=true", ""),
        "https://h/a?beta=true"
    );
    assert_eq!(
        address("https://h", "/a?beta", "b=2"),
        "https://h/a?beta&b=2"
    );
}
