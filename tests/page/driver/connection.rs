//! Commands, their answers, and the events in between.

use std::net::TcpStream;
use std::time::Duration;

use serde_json::{Value, json};
use tungstenite::stream::MaybeTlsStream;
use tungstenite::{Message, WebSocket, connect};

// Longer than any command takes on a busy machine; a browser that hangs fails the test.
const ANSWER_TIMEOUT: Duration = Duration::from_secs(120);

/// One WebSocket to the browser.
pub struct Connection {
    socket: WebSocket<MaybeTlsStream<TcpStream>>,
    calls: u64,
    /// Every event since the start, in order.
    pub events: Vec<Value>,
}

impl Connection {
    /// Connects to a browser's DevTools address.
    pub fn to(address: &str) -> Self {
        let (socket, _) = connect(address).unwrap();
        if let MaybeTlsStream::Plain(stream) = socket.get_ref() {
            stream.set_read_timeout(Some(ANSWER_TIMEOUT)).unwrap();
        }
        Self { socket, calls: 0, events: vec![] }
    }

    /// Sends a command and waits for its result; a refused command fails the test.
    pub fn call(&mut self, session: Option<&str>, method: &str, params: Value) -> Value {
        self.calls += 1;
        let mut command = json!({ "id": self.calls, "method": method, "params": params });
        if let Some(session) = session {
            command["sessionId"] = session.into();
        }
        self.socket.send(Message::text(command.to_string())).unwrap();
        let mut answer = self.wait_for(|message| message["id"] == command["id"]);
        assert!(answer["error"].is_null(), "{method}: {}", answer["error"]);
        answer["result"].take()
    }

    /// Waits until an event of this name has been seen after the first `seen` events.
    pub fn wait_for_event(&mut self, method: &str, seen: usize) {
        if !self.events[seen..].iter().any(|event| event["method"] == method) {
            self.wait_for(|message| message["method"] == method);
        }
    }

    fn wait_for(&mut self, wanted: impl Fn(&Value) -> bool) -> Value {
        loop {
            let message = self.read();
            if message["method"].is_string() {
                self.events.push(message.clone());
            }
            if wanted(&message) {
                return message;
            }
        }
    }

    fn read(&mut self) -> Value {
        loop {
            if let Message::Text(text) = self.socket.read().unwrap() {
                return serde_json::from_str(&text).unwrap();
            }
        }
    }
}
