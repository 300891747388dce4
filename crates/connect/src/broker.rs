//! The MQTT broker inside the binary.

use std::net::SocketAddr;
use std::time::Duration;

use mqtt5::broker::config::{BrokerConfig, StorageBackend, StorageConfig};
use mqtt5::broker::server::{BrokerShutdownHandle, MqttBroker};
use tokio::task::JoinHandle;

use crate::ConnectError;

/// How long [`Broker::stop`] waits for connections to close before it cuts them.
const STOP_PATIENCE: Duration = Duration::from_secs(3);

/// The largest message taken. A birth of 10,000 metrics is about 1 MiB.
const MAX_PACKET_BYTES: usize = 16 * 1024 * 1024;

/// Messages that may wait for one slow subscriber. Beyond it the broker drops what is sent at most
/// once; the host notices by the sequence numbers and asks for a rebirth.
const MAX_WAITING: usize = 65_536;

/// An MQTT 3.1.1 and 5 broker, running since it was started.
///
/// Sessions and retained messages are kept in memory: whoever needs them is there again a moment
/// after a restart and says them again. Whoever reaches the port may speak, so it belongs on loopback
/// or in a network of machines; that is for the caller to choose.
///
/// Dropping it stops it without waiting.
#[derive(Debug)]
pub struct Broker {
    local_addr: SocketAddr,
    shutdown: Shutdown,
    task: Option<JoinHandle<()>>,
}

struct Shutdown(BrokerShutdownHandle);

impl std::fmt::Debug for Shutdown {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Shutdown")
    }
}

impl Broker {
    /// Starts a broker on `listen`; with port 0 the system picks one. When this returns, it accepts
    /// connections.
    ///
    /// Errors: [`ConnectError::Listen`] names the address and the remedy.
    pub async fn start(listen: SocketAddr) -> Result<Self, ConnectError> {
        let storage = StorageConfig::new().with_backend(StorageBackend::Memory);
        let mut config = BrokerConfig::new()
            .with_bind_address(listen)
            .with_storage(storage)
            .with_sys_topics_enabled(false)
            .with_client_channel_capacity(MAX_WAITING)
            .with_max_packet_size(MAX_PACKET_BYTES);
        // A connection that is gone takes its session with it unless the client asked otherwise.
        config.session_expiry_interval = Duration::from_hours(1);
        let mut broker = MqttBroker::with_config(config)
            .await
            .map_err(|error| ConnectError::Listen { listen, source: Box::new(error) })?;
        let local_addr = broker.local_addr().unwrap_or(listen);
        let shutdown = Shutdown(broker.shutdown_handle());
        let mut ready = broker.ready_receiver();
        let task = tokio::spawn(async move {
            if let Err(error) = broker.run().await {
                tracing::error!(%local_addr, %error, "the MQTT broker stopped by itself");
            }
        });
        let broker = Self { local_addr, shutdown, task: Some(task) };
        // An error says that the broker was dropped before it was ready.
        if ready.wait_for(|ready| *ready).await.is_err() {
            return Err(ConnectError::BrokerStopped { listen });
        }
        Ok(broker)
    }

    /// Where it listens, with the port that was picked.
    pub fn local_addr(&self) -> SocketAddr {
        self.local_addr
    }

    /// The URL for [`crate::HostConfig`] and [`crate::EdgeConfig`] on this machine.
    pub fn url(&self) -> String {
        let ip = if self.local_addr.ip().is_unspecified() {
            match self.local_addr {
                SocketAddr::V4(_) => "127.0.0.1".to_owned(),
                SocketAddr::V6(_) => "[::1]".to_owned(),
            }
        } else if self.local_addr.is_ipv6() {
            format!("[{}]", self.local_addr.ip())
        } else {
            self.local_addr.ip().to_string()
        };
        format!("mqtt://{ip}:{}", self.local_addr.port())
    }

    /// Closes all connections and frees the port.
    pub async fn stop(mut self) {
        self.shutdown.0.shutdown();
        if let Some(mut task) = self.task.take()
            && tokio::time::timeout(STOP_PATIENCE, &mut task).await.is_err()
        {
            task.abort();
            let _ = task.await;
        }
    }
}

impl Drop for Broker {
    fn drop(&mut self) {
        self.shutdown.0.shutdown();
        if let Some(task) = &self.task {
            task.abort();
        }
    }
}
