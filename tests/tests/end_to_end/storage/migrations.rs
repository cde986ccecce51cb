use firefly_storage::SCHEMA_VERSION;
use firefly_tests::test_database::{Server, TestDatabase};

#[tokio::test]
async fn a_new_database_is_migrated() {
    for server in Server::ALL {
        let database = TestDatabase::create(server).await.unwrap();
        assert_eq!((database.applied().before, database.applied().after), (0, SCHEMA_VERSION), "{server:?}");
    }
}
