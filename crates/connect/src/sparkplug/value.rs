//! Typed values and their form on the wire.

#[cfg(test)]
mod tests;

use crate::sparkplug::payload::{DataSet, WireValue};

/// The Sparkplug B data types, with their number on the wire.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[repr(u32)]
pub enum DataType {
    /// 8 bits, signed.
    Int8 = 1,
    /// 16 bits, signed.
    Int16 = 2,
    /// 32 bits, signed.
    Int32 = 3,
    /// 64 bits, signed.
    Int64 = 4,
    /// 8 bits.
    UInt8 = 5,
    /// 16 bits.
    UInt16 = 6,
    /// 32 bits.
    UInt32 = 7,
    /// 64 bits.
    UInt64 = 8,
    /// 32-bit floating point.
    Float = 9,
    /// 64-bit floating point.
    Double = 10,
    /// True or false.
    Boolean = 11,
    /// UTF-8.
    String = 12,
    /// Milliseconds since 1970.
    DateTime = 13,
    /// UTF-8, long.
    Text = 14,
    /// A UUID as text.
    Uuid = 15,
    /// A table.
    DataSet = 16,
    /// Bytes.
    Bytes = 17,
    /// A file as bytes.
    File = 18,
    /// A template instance; kept as its encoded bytes.
    Template = 19,
}

/// The value of a metric.
#[derive(Debug, Clone, PartialEq)]
pub enum Value {
    /// Int8 to Int64.
    Int(i64),
    /// `UInt8` to `UInt64`.
    UInt(u64),
    /// 32-bit floating point.
    Float(f32),
    /// 64-bit floating point.
    Double(f64),
    /// True or false.
    Boolean(bool),
    /// String, Text, UUID.
    Text(String),
    /// Milliseconds since 1970.
    DateTime(i64),
    /// A table.
    DataSet(DataSet),
    /// Bytes, File, and what we do not look into: arrays, Template.
    Bytes(Vec<u8>),
}

impl DataType {
    /// All types with the word the specification uses.
    pub const ALL: [(Self, &'static str); 19] = [
        (Self::Int8, "Int8"),
        (Self::Int16, "Int16"),
        (Self::Int32, "Int32"),
        (Self::Int64, "Int64"),
        (Self::UInt8, "UInt8"),
        (Self::UInt16, "UInt16"),
        (Self::UInt32, "UInt32"),
        (Self::UInt64, "UInt64"),
        (Self::Float, "Float"),
        (Self::Double, "Double"),
        (Self::Boolean, "Boolean"),
        (Self::String, "String"),
        (Self::DateTime, "DateTime"),
        (Self::Text, "Text"),
        (Self::Uuid, "UUID"),
        (Self::DataSet, "DataSet"),
        (Self::Bytes, "Bytes"),
        (Self::File, "File"),
        (Self::Template, "Template"),
    ];

    /// The number on the wire.
    pub fn number(self) -> u32 {
        self as u32
    }

    /// The type with this number. Arrays (22 to 34) and what is not known are bytes to us.
    pub fn from_number(number: u32) -> Option<Self> {
        match number {
            22..=34 => Some(Self::Bytes),
            _ => Self::ALL.iter().map(|(known, _)| *known).find(|known| known.number() == number),
        }
    }

    /// The word of the specification.
    pub fn as_str(self) -> &'static str {
        Self::ALL.iter().find(|(known, _)| *known == self).map_or("", |(_, word)| word)
    }
}

impl Value {
    /// The value as a figure: numbers as they are, true as 1, false as 0. `None` for text, times,
    /// tables and bytes.
    pub fn as_f64(&self) -> Option<f64> {
        match self {
            Self::Int(value) => Some(*value as f64),
            Self::UInt(value) => Some(*value as f64),
            Self::Float(value) => Some(f64::from(*value)),
            Self::Double(value) => Some(*value),
            Self::Boolean(value) => Some(f64::from(u8::from(*value))),
            Self::Text(_) | Self::DateTime(_) | Self::DataSet(_) | Self::Bytes(_) => None,
        }
    }

    /// A whole number that is not negative, from whatever number type it came in.
    pub fn as_u32(&self) -> Option<u32> {
        match self {
            Self::Int(value) => u32::try_from(*value).ok(),
            Self::UInt(value) => u32::try_from(*value).ok(),
            Self::Float(value) => whole(f64::from(*value)),
            Self::Double(value) => whole(*value),
            _ => None,
        }
    }

    /// Milliseconds, from a time or a whole number.
    pub fn as_millis(&self) -> Option<i64> {
        match self {
            Self::DateTime(value) | Self::Int(value) => Some(*value),
            Self::UInt(value) => i64::try_from(*value).ok(),
            _ => None,
        }
    }

    /// The text of a String, Text or UUID.
    pub fn as_str(&self) -> Option<&str> {
        match self {
            Self::Text(value) => Some(value),
            _ => None,
        }
    }

    /// The truth of a Boolean.
    pub fn as_bool(&self) -> Option<bool> {
        match self {
            Self::Boolean(value) => Some(*value),
            _ => None,
        }
    }

    /// The type a metric gets that begins with this value.
    pub fn natural_type(&self) -> DataType {
        match self {
            Self::Int(_) => DataType::Int64,
            Self::UInt(_) => DataType::UInt64,
            Self::Float(_) => DataType::Float,
            Self::Double(_) => DataType::Double,
            Self::Boolean(_) => DataType::Boolean,
            Self::Text(_) => DataType::String,
            Self::DateTime(_) => DataType::DateTime,
            Self::DataSet(_) => DataType::DataSet,
            Self::Bytes(_) => DataType::Bytes,
        }
    }

    /// The form on the wire for a metric of type `data_type`; `None` when the value is not of it.
    pub fn to_wire(&self, data_type: DataType) -> Option<WireValue> {
        use DataType as T;
        Some(match (data_type, self) {
            // Two's complement in 32 bits, as the reference implementation does.
            (T::Int8, Self::Int(value)) => {
                WireValue::Int(i32::from(i8::try_from(*value).ok()?) as u32)
            }
            (T::Int16, Self::Int(value)) => {
                WireValue::Int(i32::from(i16::try_from(*value).ok()?) as u32)
            }
            (T::Int32, Self::Int(value)) => WireValue::Int(i32::try_from(*value).ok()? as u32),
            (T::Int64, Self::Int(value)) | (T::DateTime, Self::DateTime(value)) => {
                WireValue::Long(*value as u64)
            }
            (T::UInt8, Self::UInt(value)) => WireValue::Int(u32::from(u8::try_from(*value).ok()?)),
            (T::UInt16, Self::UInt(value)) => {
                WireValue::Int(u32::from(u16::try_from(*value).ok()?))
            }
            (T::UInt32, Self::UInt(value)) => WireValue::Int(u32::try_from(*value).ok()?),
            (T::UInt64, Self::UInt(value)) => WireValue::Long(*value),
            (T::Float, Self::Float(value)) => WireValue::Float(*value),
            (T::Double, Self::Double(value)) => WireValue::Double(*value),
            (T::Boolean, Self::Boolean(value)) => WireValue::Boolean(*value),
            (T::String | T::Text | T::Uuid, Self::Text(value)) => WireValue::String(value.clone()),
            (T::DataSet, Self::DataSet(value)) => WireValue::DataSet(value.clone()),
            (T::Bytes | T::File, Self::Bytes(value)) => WireValue::Bytes(value.clone()),
            (T::Template, Self::Bytes(value)) => WireValue::Template(value.clone()),
            _ => return None,
        })
    }

    /// What `wire` means for a metric of type `data_type`; `None` when it cannot be one. Takes both
    /// integer fields for each integer type, because implementations differ in it.
    pub fn from_wire(data_type: DataType, wire: &WireValue) -> Option<Self> {
        use DataType as T;
        Some(match (data_type, wire) {
            (T::Int8, wire) => Self::Int(signed(wire, 8)?),
            (T::Int16, wire) => Self::Int(signed(wire, 16)?),
            (T::Int32, wire) => Self::Int(signed(wire, 32)?),
            (T::Int64, wire) => Self::Int(signed(wire, 64)?),
            (T::UInt8, wire) => Self::UInt(unsigned(wire, 8)?),
            (T::UInt16, wire) => Self::UInt(unsigned(wire, 16)?),
            (T::UInt32, wire) => Self::UInt(unsigned(wire, 32)?),
            (T::UInt64, wire) => Self::UInt(unsigned(wire, 64)?),
            (T::DateTime, wire) => Self::DateTime(unsigned(wire, 64)? as i64),
            (T::Float, WireValue::Float(value)) => Self::Float(*value),
            (T::Float, WireValue::Double(value)) => Self::Float(*value as f32),
            (T::Double, WireValue::Double(value)) => Self::Double(*value),
            (T::Double, WireValue::Float(value)) => Self::Double(f64::from(*value)),
            (T::Boolean, WireValue::Boolean(value)) => Self::Boolean(*value),
            (T::String | T::Text | T::Uuid, WireValue::String(value)) => Self::Text(value.clone()),
            (T::DataSet, WireValue::DataSet(value)) => Self::DataSet(value.clone()),
            (T::Bytes | T::File, WireValue::Bytes(value))
            | (T::Template, WireValue::Template(value)) => Self::Bytes(value.clone()),
            _ => return None,
        })
    }
}

fn whole(value: f64) -> Option<u32> {
    let fits = 0.0 <= value && value <= f64::from(u32::MAX) && value.fract() == 0.0;
    fits.then_some(value as u32)
}

/// A signed number of `bits` bits. Senders fill the rest of the field with the sign (Java, ours) or
/// with zeros (some in C), so both are taken; anything else in the rest is an error.
fn signed(wire: &WireValue, bits: u32) -> Option<i64> {
    let raw = match wire {
        WireValue::Int(value) if bits <= 32 => i64::from(*value as i32),
        WireValue::Int(value) => i64::from(*value),
        WireValue::Long(value) => *value as i64,
        _ => return None,
    };
    if bits == 64 {
        return Some(raw);
    }
    let half = 1i64 << (bits - 1);
    match raw {
        raw if -half <= raw && raw < half => Some(raw),
        raw if half <= raw && raw < 2 * half => Some(raw - 2 * half),
        _ => None,
    }
}

fn unsigned(wire: &WireValue, bits: u32) -> Option<u64> {
    let raw = match wire {
        WireValue::Int(value) => u64::from(*value),
        WireValue::Long(value) => *value,
        _ => return None,
    };
    (bits == 64 || raw < 1u64 << bits).then_some(raw)
}
