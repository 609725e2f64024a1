//! The health rules as they are shown to people.

mod support;

use chiron::rules;
use support::{desk::list, golden, process::run};

#[test]
fn page_of_the_rules_is_that_of_the_code() {
    golden("docs/rules/README.md", &rules::page());
}

#[tokio::test]
async fn rules_are_listed_in_full() {
    let table = run(&["rule", "list"]).await.out;
    let listed = list(&run(&["rule", "list", "-o", "json"]).await);

    let all = rules::all();
    assert_eq!(listed.len(), all.len());
    for (doc, shown) in all.iter().zip(&listed) {
        assert!(table.contains(doc.name), "{} is not in {table}", doc.name);
        assert_eq!(shown, &rules::json(doc));
    }
}

#[tokio::test]
async fn rule_is_explained_with_what_to_do() {
    let doc = rules::find("out-of-memory").unwrap();

    let shown = run(&["rule", "explain", "Out_Of_Memory"]).await;

    assert_eq!(shown.code, Some(0));
    for part in [doc.name, doc.about, doc.remedy, doc.link, doc.conditions[0]] {
        assert!(shown.out.contains(part), "{part} is not in {}", shown.out);
    }
}

#[tokio::test]
async fn slip_in_the_name_of_a_rule_is_understood() {
    let shown = run(&["rule", "explain", "outofmemory"]).await;

    assert_eq!(shown.code, Some(2));
    assert!(shown.err.contains("did you mean out-of-memory"), "{}", shown.err);
}
