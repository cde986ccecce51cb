//! The start of the function.

use firefly_tests::host::Function;

use super::endpoint::{Endpoint, KEY, unconfigured_function};

#[tokio::test]
async fn a_configuration_that_cannot_be_read_is_named() {
    let database = ("DATABASE_URL", "postgres://firefly_read:test-read@127.0.0.1:9/firefly");
    let keys = ("FIREFLY_READ_KEYS", KEY);
    for (variables, named) in [
        (&[][..], "DATABASE_URL"),
        (&[database], "FIREFLY_READ_KEYS"),
        (&[database, keys, ("FIREFLY_MAX_SAMPLES", "0")], "FIREFLY_MAX_SAMPLES"),
        (&[database, keys, ("FIREFLY_MAX_SERIES", "many")], "FIREFLY_MAX_SERIES"),
    ] {
        let with = |function: Function, (name, value): &(&str, &str)| function.env(*name, *value);
        let endpoint = Endpoint::start(variables.iter().fold(unconfigured_function(), with)).await;
        let response = endpoint.request(reqwest::Method::GET, "/api/v1/labels").send().await.unwrap();
        assert_eq!(response.status(), 502, "{variables:?}");
        let reported = endpoint.0.init_error().expect("an error at the start");
        let told = format!("{reported}\n{}", endpoint.0.log());
        assert!(told.contains(named), "{variables:?}: {told}");
    }
}
