//! The database: every test on TimescaleDB and on plain PostgreSQL.

mod migrations;
