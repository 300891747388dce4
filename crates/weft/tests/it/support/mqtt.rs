//! A stranger on the broker: MQTT 3.1.1 by hand, enough to publish.

use std::io::{Read, Write};
use std::net::SocketAddr;

use super::client::connect;

/// Publishes messages at most once, in order, and leaves when the broker has read them all.
pub(crate) fn publish(broker: SocketAddr, client_id: &str, messages: &[(&str, &[u8])]) {
    let mut stream = connect(broker).unwrap();
    let mut hello = text("MQTT");
    hello.extend([4, 2, 0, 60]);
    hello.extend(text(client_id));
    stream.write_all(&packet(0x10, &hello)).unwrap();
    let mut accepted = [0; 4];
    stream.read_exact(&mut accepted).unwrap();
    assert_eq!(accepted, [0x20, 2, 0, 0], "the broker accepts a stranger");
    for (topic, payload) in messages {
        stream.write_all(&packet(0x30, &[text(topic), payload.to_vec()].concat())).unwrap();
    }
    stream.write_all(&packet(0xc0, &[])).unwrap();
    let mut alive = [0; 2];
    stream.read_exact(&mut alive).unwrap();
    assert_eq!(alive, [0xd0, 0], "the broker still answers");
    stream.write_all(&packet(0xe0, &[])).unwrap();
}

fn packet(kind: u8, content: &[u8]) -> Vec<u8> {
    let mut packet = vec![kind];
    let mut left = content.len();
    loop {
        let digit = (left % 128) as u8;
        left /= 128;
        packet.push(if left == 0 { digit } else { digit | 0x80 });
        if left == 0 {
            break;
        }
    }
    packet.extend(content);
    packet
}

fn text(text: &str) -> Vec<u8> {
    [&(text.len() as u16).to_be_bytes(), text.as_bytes()].concat()
}
