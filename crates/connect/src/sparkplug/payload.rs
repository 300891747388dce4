//! The Sparkplug B payload (`org.eclipse.tahu.protobuf.Payload`), written by hand from
//! `sparkplug_b.proto` so that no protoc is needed.
//!
//! What we do not use (metadata, properties, extensions) is skipped when reading; a template stays as
//! its encoded bytes.

#[cfg(test)]
mod tests;

use bytes::Bytes;
use prost::Message as _;

pub use metric::WireValue;

/// A longer payload is not read. A birth of 10,000 metrics is about 1 MiB.
pub const MAX_PAYLOAD_BYTES: usize = 2 * 1024 * 1024;
/// A payload with more metrics is not understood.
pub const MAX_METRICS: usize = 20_000;

/// Why a payload was not read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PayloadError {
    /// The bytes are something else.
    #[error("the payload is not Sparkplug B protobuf: {0}")]
    NotSparkplug(#[from] prost::DecodeError),
    /// It is too long.
    #[error("the payload has {0} bytes, more than {MAX_PAYLOAD_BYTES}")]
    TooLong(usize),
    /// It says too much.
    #[error("the payload has {0} metrics, more than {MAX_METRICS}")]
    TooManyMetrics(usize),
}

/// A Sparkplug B message body.
#[derive(Clone, PartialEq, prost::Message)]
pub struct Payload {
    /// When it was sent, milliseconds since 1970.
    #[prost(uint64, optional, tag = "1")]
    pub timestamp: Option<u64>,
    /// What it says.
    #[prost(message, repeated, tag = "2")]
    pub metrics: Vec<Metric>,
    /// 0 to 255, in births, data and device deaths.
    #[prost(uint64, optional, tag = "3")]
    pub seq: Option<u64>,
    /// Names the schema of `body`.
    #[prost(string, optional, tag = "4")]
    pub uuid: Option<String>,
    /// Anything at all.
    #[prost(bytes = "vec", optional, tag = "5")]
    pub body: Option<Vec<u8>>,
}

/// One metric with its value.
#[derive(Clone, PartialEq, prost::Message)]
pub struct Metric {
    /// Its name; may be left out where an alias was born with it.
    #[prost(string, optional, tag = "1")]
    pub name: Option<String>,
    /// A number for the name, given at birth.
    #[prost(uint64, optional, tag = "2")]
    pub alias: Option<u64>,
    /// When the value was so, milliseconds since 1970.
    #[prost(uint64, optional, tag = "3")]
    pub timestamp: Option<u64>,
    /// [`super::value::DataType::number`]; may be left out after birth.
    #[prost(uint32, optional, tag = "4")]
    pub datatype: Option<u32>,
    /// Stored while there was no connection: not the value of now.
    #[prost(bool, optional, tag = "5")]
    pub is_historical: Option<bool>,
    /// Not to be kept by historians.
    #[prost(bool, optional, tag = "6")]
    pub is_transient: Option<bool>,
    /// There is no value.
    #[prost(bool, optional, tag = "7")]
    pub is_null: Option<bool>,
    /// The value.
    #[prost(oneof = "metric::WireValue", tags = "10, 11, 12, 13, 14, 15, 16, 17, 18")]
    pub value: Option<metric::WireValue>,
}

mod metric {
    /// The form a value has on the wire; what it means depends on the data type.
    #[derive(Clone, PartialEq, prost::Oneof)]
    pub enum WireValue {
        /// Int8 to Int32, `UInt8` to `UInt32`; negative ones in two's complement.
        #[prost(uint32, tag = "10")]
        Int(u32),
        /// Int64, `UInt64`, `DateTime`; by some also `UInt32`.
        #[prost(uint64, tag = "11")]
        Long(u64),
        /// Float.
        #[prost(float, tag = "12")]
        Float(f32),
        /// Double.
        #[prost(double, tag = "13")]
        Double(f64),
        /// Boolean.
        #[prost(bool, tag = "14")]
        Boolean(bool),
        /// String, Text, UUID.
        #[prost(string, tag = "15")]
        String(String),
        /// Bytes, File, arrays.
        #[prost(bytes, tag = "16")]
        Bytes(Vec<u8>),
        /// `DataSet`.
        #[prost(message, tag = "17")]
        DataSet(super::DataSet),
        /// A template, not looked into.
        #[prost(bytes, tag = "18")]
        Template(Vec<u8>),
    }
}

/// A table.
#[derive(Clone, PartialEq, prost::Message)]
pub struct DataSet {
    /// How many columns it says it has.
    #[prost(uint64, optional, tag = "1")]
    pub num_of_columns: Option<u64>,
    /// Their names.
    #[prost(string, repeated, tag = "2")]
    pub columns: Vec<String>,
    /// Their data types.
    #[prost(uint32, repeated, packed = "false", tag = "3")]
    pub types: Vec<u32>,
    /// The rows.
    #[prost(message, repeated, tag = "4")]
    pub rows: Vec<Row>,
}

/// A row of a [`DataSet`].
#[derive(Clone, PartialEq, prost::Message)]
pub struct Row {
    /// One element per column.
    #[prost(message, repeated, tag = "1")]
    pub elements: Vec<Element>,
}

/// A cell of a [`DataSet`].
#[derive(Clone, PartialEq, prost::Message)]
pub struct Element {
    /// The value; none is null.
    #[prost(oneof = "element::ElementValue", tags = "1, 2, 3, 4, 5, 6")]
    pub value: Option<element::ElementValue>,
}

/// The values a cell can have.
pub mod element {
    /// The form a cell has on the wire.
    #[derive(Clone, PartialEq, prost::Oneof)]
    pub enum ElementValue {
        /// Int8 to Int32, `UInt8` to `UInt32`.
        #[prost(uint32, tag = "1")]
        Int(u32),
        /// Int64, `UInt64`, `DateTime`.
        #[prost(uint64, tag = "2")]
        Long(u64),
        /// Float.
        #[prost(float, tag = "3")]
        Float(f32),
        /// Double.
        #[prost(double, tag = "4")]
        Double(f64),
        /// Boolean.
        #[prost(bool, tag = "5")]
        Boolean(bool),
        /// String, Text.
        #[prost(string, tag = "6")]
        String(String),
    }
}

impl PayloadError {
    /// What to do about it.
    pub fn help(&self) -> &'static str {
        match self {
            Self::NotSparkplug(_) => {
                "publish payloads of org.eclipse.tahu.protobuf.Payload on this topic"
            }
            Self::TooLong(_) | Self::TooManyMetrics(_) => {
                "give the device fewer metrics, or split it into several devices"
            }
        }
    }
}

impl Payload {
    /// Reads a payload; the error says what is wrong with the bytes.
    pub fn read(bytes: &[u8]) -> Result<Self, PayloadError> {
        if MAX_PAYLOAD_BYTES < bytes.len() {
            return Err(PayloadError::TooLong(bytes.len()));
        }
        let payload = Self::decode(bytes)?;
        if MAX_METRICS < payload.metrics.len() {
            return Err(PayloadError::TooManyMetrics(payload.metrics.len()));
        }
        Ok(payload)
    }

    /// Writes a payload.
    pub fn write(&self) -> Bytes {
        Bytes::from(self.encode_to_vec())
    }
}
