//! Tests that cross crate and process boundaries; each folder beside this one is one test target.
