//! Payloads read back as they are written, and any bytes are survived.

use proptest::prelude::*;

use super::element::ElementValue;
use super::*;

fn wire_value() -> impl Strategy<Value = WireValue> {
    let element = prop_oneof![
        Just(None),
        any::<u32>().prop_map(|value| Some(ElementValue::Int(value))),
        ".{0,3}".prop_map(|value| Some(ElementValue::String(value))),
    ]
    .prop_map(|value| Element { value });
    let row = prop::collection::vec(element, 0..3).prop_map(|elements| Row { elements });
    let table = (any::<Vec<u32>>(), prop::collection::vec(row, 0..3)).prop_map(|(types, rows)| {
        DataSet { num_of_columns: Some(types.len() as u64), columns: Vec::new(), types, rows }
    });
    prop_oneof![
        any::<u32>().prop_map(WireValue::Int),
        any::<u64>().prop_map(WireValue::Long),
        (-1e30_f32..1e30).prop_map(WireValue::Float),
        (-1e300..1e300).prop_map(WireValue::Double),
        any::<bool>().prop_map(WireValue::Boolean),
        ".{0,9}".prop_map(WireValue::String),
        any::<Vec<u8>>().prop_map(WireValue::Bytes),
        table.prop_map(WireValue::DataSet),
    ]
}

fn metric() -> impl Strategy<Value = Metric> {
    let ids = (prop::option::of(".{0,5}"), any::<Option<u64>>(), any::<Option<u64>>());
    let flags = (any::<Option<bool>>(), any::<Option<bool>>(), any::<Option<bool>>());
    (ids, any::<Option<u32>>(), flags, prop::option::of(wire_value())).prop_map(
        |((name, alias, timestamp), datatype, (is_historical, is_transient, is_null), value)| {
            Metric { name, alias, timestamp, datatype, is_historical, is_transient, is_null, value }
        },
    )
}

proptest! {
    #[test]
    fn payloads_read_back_as_they_are_written(
        timestamp: Option<u64>,
        seq: Option<u64>,
        metrics in prop::collection::vec(metric(), 0..4),
        body: Option<Vec<u8>>,
    ) {
        let payload = Payload { timestamp, metrics, seq, uuid: None, body };
        prop_assert_eq!(Payload::read(&payload.write()), Ok(payload));
    }

    #[test]
    fn any_bytes_are_survived(bytes: Vec<u8>) {
        let _ = Payload::read(&bytes);
    }

    /// One byte changed in a good payload gets further than random bytes.
    #[test]
    fn a_damaged_payload_is_survived(
        metrics in prop::collection::vec(metric(), 1..4),
        place: prop::sample::Index,
        byte: u8,
    ) {
        let mut bytes = Payload { metrics, seq: Some(1), ..Payload::default() }.write().to_vec();
        let place = place.index(bytes.len());
        bytes[place] = byte;
        let _ = Payload::read(&bytes);
    }
}

/// The bytes of a metric as Eclipse Tahu writes them: name, timestamp, datatype, value.
#[test]
fn a_payload_is_what_the_proto_file_says() {
    let metric = Metric {
        name: Some("a".into()),
        timestamp: Some(1),
        datatype: Some(11),
        value: Some(WireValue::Boolean(true)),
        ..Metric::default()
    };
    let payload =
        Payload { timestamp: Some(2), metrics: vec![metric], seq: Some(3), ..Payload::default() };
    assert_eq!(
        payload.write().as_ref(),
        b"\x08\x02\x12\x09\x0a\x01a\x18\x01\x20\x0b\x70\x01\x18\x03"
    );
}

#[test]
fn a_payload_that_is_too_large_says_how_large() {
    let body = |bytes| Payload { body: Some(vec![0; bytes]), ..Payload::default() }.write();
    assert!(Payload::read(&body(MAX_PAYLOAD_BYTES - 100)).is_ok());
    let bytes = body(MAX_PAYLOAD_BYTES);
    assert_eq!(Payload::read(&bytes), Err(PayloadError::TooLong(bytes.len())));
    let metrics = |count| Payload { metrics: vec![Metric::default(); count], ..Payload::default() };
    assert!(Payload::read(&metrics(MAX_METRICS).write()).is_ok());
    let too_many = MAX_METRICS + 1;
    let read = Payload::read(&metrics(too_many).write());
    assert_eq!(read, Err(PayloadError::TooManyMetrics(too_many)));
}

/// Metadata, properties and extensions are skipped.
#[test]
fn fields_we_do_not_use_are_skipped() {
    let bytes = b"\x12\x0a\x0a\x01a\x42\x02\x08\x01\x70\x01\x50";
    assert!(Payload::read(bytes).is_err(), "cut off");
    let bytes = b"\x12\x09\x0a\x01a\x42\x02\x08\x01\x70\x01";
    let payload = Payload::read(bytes).unwrap();
    assert_eq!(payload.metrics[0].value, Some(WireValue::Boolean(true)));
}
