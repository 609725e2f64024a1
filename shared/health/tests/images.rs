//! Images that cannot be pulled, and why.

mod support;

use chiron_model::Clearance;
use support::{
    NOTHING,
    lab::{Lab, shop},
    pods::{pending_pod, ready_pod, stuck},
    workloads::{deployment, first_revision, stand},
};

const NOT_FOUND: &str = "failed to pull and unpack image \"lab.test/web:1.0\": failed to resolve reference \
                         \"lab.test/web:1.0\": lab.test/web:1.0: not found";

/// A new pod whose image cannot be pulled, for that reason.
fn unpullable(lab: &mut Lab, said: &str) {
    let pod = pending_pod("web-1-c", &first_revision("web"), 100);
    lab.see(103, &stuck(&pod, "web", "ErrImagePull", said));
}

#[test]
fn image_that_is_not_there_is_reported() {
    let mut lab = shop();

    unpullable(&mut lab, NOT_FOUND);

    assert_eq!(lab.line("image-pull"), "ErrImagePull warning Pod/web-1-c web Deployment/web");
    let facts = lab.the("image-pull").facts;
    assert_eq!(facts["image"], "lab.test/web:1.0");
    assert_eq!(facts["denied"], false);
}

#[test]
fn trouble_without_a_ready_replica_is_critical() {
    let mut lab = shop();
    lab.see(90, &stand(&deployment("web"), 0, 2, 2));

    unpullable(&mut lab, NOT_FOUND);

    assert_eq!(lab.line("image-pull"), "ErrImagePull critical Pod/web-1-c web Deployment/web");
}

#[test]
fn refused_credential_is_told_from_a_missing_image() {
    let mut lab = shop();

    unpullable(&mut lab, "failed to authorize: unexpected status from GET request: 401 Unauthorized");

    assert_eq!(lab.the("image-pull").facts["denied"], true);
}

#[test]
fn number_in_a_tag_is_no_refusal() {
    let mut lab = shop();

    unpullable(
        &mut lab,
        "failed to resolve reference \"lab.test/web:1.403.0\": lab.test/web:1.403.0: not found",
    );

    assert_eq!(lab.the("image-pull").facts["denied"], false);
}

#[test]
fn back_off_goes_on_as_the_same_finding() {
    let mut lab = shop();
    unpullable(&mut lab, NOT_FOUND);
    let first = lab.the("image-pull").id;

    let pod = pending_pod("web-1-c", &first_revision("web"), 100);
    lab.see(115, &stuck(&pod, "web", "ImagePullBackOff", "Back-off pulling image \"lab.test/web:1.0\""));

    assert_eq!(lab.the("image-pull").id, first);
}

#[test]
fn pull_that_takes_its_time_is_no_fault() {
    let mut lab = shop();

    lab.see(100, &pending_pod("web-1-c", &first_revision("web"), 100));
    lab.wait(1000);

    assert_eq!(lab.rules(), NOTHING);
}

#[test]
fn image_that_arrives_after_all_ends_it() {
    let mut lab = shop();
    unpullable(&mut lab, NOT_FOUND);

    lab.see(150, &ready_pod("web-1-c", &first_revision("web"), 145));

    assert_eq!(lab.ended("image-pull"), Some(Clearance::Healthy));
}
