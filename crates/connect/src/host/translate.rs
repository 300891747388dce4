//! From devices and metrics to resources and job orders, and back.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use weft_model::job_control::{JobCommand, MachineState};
use weft_model::{Connection, ResourceId, Timestamp};

use super::{HostConfig, HostEvent};
use crate::ConnectError;
use crate::error::check_id;
use crate::job_metrics;
use crate::sparkplug::Message;
use crate::sparkplug::host::{Datum, Host, HostOutput, HostSettings};
use crate::sparkplug::topic::{NodeId, Verb};

/// Knows which resource has which address.
pub(super) struct Translator {
    resources: BTreeMap<(NodeId, String), ResourceId>,
    addresses: BTreeMap<ResourceId, (NodeId, String)>,
}

impl Translator {
    /// Checks ids and addresses.
    pub(super) fn new(config: &HostConfig) -> Result<Self, ConnectError> {
        check_id("host id", &config.host_id)?;
        check_id("group id", &config.group)?;
        let mut translator = Self { resources: BTreeMap::new(), addresses: BTreeMap::new() };
        for device in &config.devices {
            let Connection { group, edge_node, device: id } = &device.connection;
            check_id("group id", group)?;
            check_id("edge node id", edge_node)?;
            check_id("device id", id)?;
            let address = (NodeId::new(group, edge_node), id.clone());
            translator.addresses.insert(device.resource.clone(), address.clone());
            if let Some(first) = translator.resources.insert(address, device.resource.clone()) {
                return Err(ConnectError::SameAddress {
                    address: format!("{group}/{edge_node}/{id}"),
                    first: first.to_string(),
                    second: device.resource.to_string(),
                });
            }
        }
        Ok(translator)
    }

    pub(super) fn settings(&self, config: &HostConfig) -> HostSettings {
        let mut groups = BTreeSet::from([config.group.clone()]);
        let mut devices: BTreeMap<NodeId, BTreeSet<String>> = BTreeMap::new();
        for (node, device) in self.resources.keys() {
            groups.insert(node.group.clone());
            devices.entry(node.clone()).or_default().insert(device.clone());
        }
        HostSettings {
            host_id: config.host_id.clone(),
            groups,
            devices,
            reorder_timeout: config.reorder_timeout,
            birth_timeout: config.birth_timeout,
            rebirth_interval: config.rebirth_interval,
        }
    }

    /// The message that carries a command, or why it cannot be delivered.
    pub(super) fn command(
        &self,
        host: &Host,
        now: Timestamp,
        command: &JobCommand,
    ) -> Result<Message, String> {
        let resource = &command.resource;
        let Some((node, device)) = self.addresses.get(resource) else {
            return Err(format!("no device is configured for resource `{resource}`"));
        };
        host.command(now, node, device, job_metrics::write_command(command))
            .map_err(|reason| format!("device `{node}/{device}` of `{resource}`: {reason}"))
    }

    /// The events that follow from an output of the host.
    pub(super) fn hear(&self, output: HostOutput, events: &mut VecDeque<HostEvent>) {
        match output {
            // The caller publishes.
            HostOutput::Publish(_) => {}
            HostOutput::Malformed { topic, reason, help } => {
                events.push_back(HostEvent::Malformed { topic, reason, help });
            }
            HostOutput::DeviceDied { node, device, reason } => {
                if let Some(resource) = self.resources.get(&(node, device)).cloned() {
                    let (state, reason) = (MachineState::Offline, reason.to_owned());
                    events.push_back(HostEvent::Machine { resource, state, reason });
                }
            }
            HostOutput::Stranger { node: NodeId { group, edge_node }, device } => {
                let connection = Connection { group, edge_node, device };
                events.push_back(HostEvent::Stranger { connection });
            }
            HostOutput::DeviceBorn { node, device, at, metrics } => {
                self.say(node, device, at, metrics, true, events);
            }
            HostOutput::DeviceData { node, device, at, metrics } => {
                self.say(node, device, at, metrics, false, events);
            }
        }
    }

    fn say(
        &self,
        node: NodeId,
        device: String,
        at: Timestamp,
        metrics: Vec<Datum>,
        born: bool,
        events: &mut VecDeque<HostEvent>,
    ) {
        let key = (node, device);
        let Some(resource) = self.resources.get(&key) else { return };
        let said = job_metrics::read(resource, at, metrics);
        // A machine that introduces itself and says nothing about its state can work.
        if let Some(state) = said.machine.or(born.then_some(MachineState::Up)) {
            let reason = match state {
                MachineState::Up => "",
                MachineState::Failed => "it reports a failure",
                MachineState::Offline => "it says that it is offline",
            };
            let (resource, reason) = (resource.clone(), reason.to_owned());
            events.push_back(HostEvent::Machine { resource, state, reason });
        }
        if born {
            events.push_back(HostEvent::Reborn { resource: resource.clone() });
        }
        if let Some(report) = said.report {
            events.push_back(HostEvent::Report(report));
        }
        for (metric, at, value) in said.readings {
            events.push_back(HostEvent::Reading { resource: resource.clone(), metric, at, value });
        }
        for fault in said.faults {
            let verb = if born { Verb::Birth } else { Verb::Data };
            events.push_back(HostEvent::Malformed {
                topic: key.0.device_topic(verb, &key.1),
                reason: fault.reason,
                help: fault.help,
            });
        }
    }
}
