//! A port nobody listens on.

use std::net::TcpListener;

use crate::{Explain, Trouble};

/// Asks the system for a free loopback port. Another program may take it before its user does, so the user must notice.
pub(crate) fn free() -> Result<u16, Trouble> {
    let probe = TcpListener::bind(("127.0.0.1", 0)).explain("looking for a free port")?;
    Ok(probe.local_addr().explain("looking for a free port")?.port())
}
