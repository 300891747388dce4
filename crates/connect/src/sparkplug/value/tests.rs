//! Values read back as they are written, and odd senders are understood.

use proptest::prelude::*;

use super::*;

fn typed_value() -> impl Strategy<Value = (DataType, Value)> {
    use DataType as T;
    let int = |data_type, range: std::ops::RangeInclusive<i64>| {
        range.prop_map(move |value| (data_type, Value::Int(value)))
    };
    let uint = |data_type, range: std::ops::RangeInclusive<u64>| {
        range.prop_map(move |value| (data_type, Value::UInt(value)))
    };
    let text = prop::sample::select(vec![T::String, T::Text, T::Uuid]);
    let blob = prop::sample::select(vec![T::Bytes, T::File, T::Template]);
    prop_oneof![
        int(T::Int8, i64::from(i8::MIN)..=i64::from(i8::MAX)),
        int(T::Int16, i64::from(i16::MIN)..=i64::from(i16::MAX)),
        int(T::Int32, i64::from(i32::MIN)..=i64::from(i32::MAX)),
        int(T::Int64, i64::MIN..=i64::MAX),
        uint(T::UInt8, 0..=u64::from(u8::MAX)),
        uint(T::UInt16, 0..=u64::from(u16::MAX)),
        uint(T::UInt32, 0..=u64::from(u32::MAX)),
        uint(T::UInt64, 0..=u64::MAX),
        (-1e30_f32..1e30).prop_map(|value| (T::Float, Value::Float(value))),
        (-1e300..1e300).prop_map(|value| (T::Double, Value::Double(value))),
        any::<bool>().prop_map(|value| (T::Boolean, Value::Boolean(value))),
        any::<i64>().prop_map(|value| (T::DateTime, Value::DateTime(value))),
        (text, ".{0,9}").prop_map(|(data_type, value)| (data_type, Value::Text(value))),
        (blob, any::<Vec<u8>>()).prop_map(|(data_type, value)| (data_type, Value::Bytes(value))),
    ]
}

proptest! {
    #[test]
    fn values_read_back_as_they_are_written((data_type, value) in typed_value()) {
        let wire = value.to_wire(data_type);
        let back = wire.as_ref().and_then(|wire| Value::from_wire(data_type, wire));
        prop_assert_eq!(back, Some(value));
    }

    #[test]
    fn any_number_in_any_field_is_survived(number in 0..40_u32, int: u32, long: u64) {
        if let Some(data_type) = DataType::from_number(number) {
            for wire in [WireValue::Int(int), WireValue::Long(long)] {
                if let Some(value) = Value::from_wire(data_type, &wire) {
                    let _ = (value.as_u32(), value.as_f64(), value.as_millis());
                }
            }
        }
    }
}

#[test]
fn negative_numbers_are_understood_with_either_filling() {
    let check = |data_type, wire, expected| {
        assert_eq!(Value::from_wire(data_type, &wire), expected, "{data_type:?} {wire:?}");
    };
    check(DataType::Int8, WireValue::Int(0xffff_ffff), Some(Value::Int(-1)));
    check(DataType::Int8, WireValue::Int(0xff), Some(Value::Int(-1)));
    check(DataType::Int8, WireValue::Int(0x1ff), None);
    check(DataType::Int16, WireValue::Int(0x8000), Some(Value::Int(-32_768)));
    check(DataType::Int32, WireValue::Int(0x8000_0000), Some(Value::Int(-2_147_483_648)));
    check(DataType::Int32, WireValue::Long(0xffff_ffff), Some(Value::Int(-1)));
    check(DataType::Int64, WireValue::Long(u64::MAX), Some(Value::Int(-1)));
    check(DataType::UInt32, WireValue::Long(4_000_000_000), Some(Value::UInt(4_000_000_000)));
    check(DataType::UInt8, WireValue::Int(256), None);
    check(DataType::Boolean, WireValue::Int(1), None);
}

#[test]
fn a_value_of_another_type_has_no_form() {
    assert_eq!(Value::Int(200).to_wire(DataType::Int8), None);
    assert_eq!(Value::Int(-1).to_wire(DataType::UInt8), None);
    assert_eq!(Value::Text("1".into()).to_wire(DataType::Int8), None);
}
