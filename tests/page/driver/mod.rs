//! Drives a real Chromium over its DevTools protocol: one browser per test, ended with the test.
//!
//! The protocol is JSON over a WebSocket; the few commands the tests need are named in [`tab`]. A crate with
//! every command costs a minute of compile time and an async runtime, and would be called in the same places.

mod base64;
mod browser;
mod connection;
mod tab;

pub use browser::Browser;
pub use tab::Tab;
