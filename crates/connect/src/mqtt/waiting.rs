//! The room for messages between the client, which does not wait, and us.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use bytes::Bytes;
use tokio::sync::mpsc;
use tokio::sync::mpsc::error::TryRecvError;

/// Topic and payload.
type Message = (String, Bytes);

/// Where messages go in. Cheap to clone.
#[derive(Clone)]
pub(super) struct Inlet {
    messages: mpsc::Sender<Message>,
    bytes: Arc<AtomicUsize>,
    max_bytes: usize,
}

/// Where messages come out.
pub(super) struct Outlet {
    messages: mpsc::Receiver<Message>,
    bytes: Arc<AtomicUsize>,
}

/// Room for so many messages, and for so many bytes and one message more: a single one fits always.
pub(super) fn room(max_messages: usize, max_bytes: usize) -> (Inlet, Outlet) {
    let (sender, receiver) = mpsc::channel(max_messages);
    let bytes = Arc::new(AtomicUsize::new(0));
    let inlet = Inlet { messages: sender, bytes: Arc::clone(&bytes), max_bytes };
    (inlet, Outlet { messages: receiver, bytes })
}

impl Inlet {
    /// Whether there was room.
    pub(super) fn put(&self, topic: String, payload: Bytes) -> bool {
        let before = self.bytes.fetch_add(size(&topic, &payload), Ordering::AcqRel);
        before < self.max_bytes.max(1) && self.messages.try_send((topic, payload)).is_ok()
    }
}

impl Outlet {
    /// The next message if one waits.
    pub(super) fn try_take(&mut self) -> Result<Message, TryRecvError> {
        self.messages.try_recv().inspect(|(topic, payload)| self.free(topic, payload))
    }

    /// The next message; `None` when no inlet is left.
    pub(super) async fn take(&mut self) -> Option<Message> {
        self.messages.recv().await.inspect(|(topic, payload)| self.free(topic, payload))
    }

    fn free(&self, topic: &str, payload: &Bytes) {
        self.bytes.fetch_sub(size(topic, payload), Ordering::AcqRel);
    }
}

fn size(topic: &str, payload: &Bytes) -> usize {
    topic.len() + payload.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn put(inlet: &Inlet, bytes: usize) -> bool {
        inlet.put(String::new(), Bytes::from(vec![0; bytes]))
    }

    #[test]
    fn there_is_room_for_so_many_messages() {
        let (inlet, mut outlet) = room(2, 1_000);
        assert_eq!([put(&inlet, 1), put(&inlet, 1), put(&inlet, 1)], [true, true, false]);
        assert!(outlet.try_take().is_ok() && put(&inlet, 1));
    }

    #[test]
    fn there_is_room_for_so_many_bytes_and_for_a_single_message_always() {
        let (inlet, mut outlet) = room(100, 1_000);
        assert!(put(&inlet, 5_000) && outlet.try_take().is_ok());
        assert_eq!([put(&inlet, 999), put(&inlet, 500), put(&inlet, 1)], [true, true, false]);
    }
}
