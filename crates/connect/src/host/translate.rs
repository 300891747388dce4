//! From devices and metrics to resources and job orders, and back.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use weft_model::job_control::{JobCommand, MachineState};
use weft_model::{Connection, ResourceId, Timestamp};

use super::{HostConfig, HostEvent};
use crate::ConnectError;
use crate::job_metrics;
use crate::sparkplug::Message;
use crate::sparkplug::host::{Datum, Host, HostOutput, HostSettings};
use crate::sparkplug::topic::{NodeId, Verb, is_id};

/// Knows which resource has which address.
pub(super) struct Translator {
    resources: BTreeMap<(NodeId, String), ResourceId>,
    addresses: BTreeMap<ResourceId, (NodeId, String)>,
}

impl Translator {
    /// Checks ids and addresses.
    pub(super) fn new(config: &HostConfig) -> Result<Self, ConnectError> {
        check("host id", &config.host_id)?;
        check("group id", &config.group)?;
        let mut translator = Self { resources: BTreeMap::new(), addresses: BTreeMap::new() };
        for device in &config.devices {
            let Connection { group, edge_node, device: id } = &device.connection;
            check("group id", group)?;
            check("edge node id", edge_node)?;
            check("device id", id)?;
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
        let nodes: BTreeSet<_> = self.resources.keys().map(|(node, _)| node.clone()).collect();
        let mut groups: BTreeSet<_> = nodes.iter().map(|node| node.group.clone()).collect();
        groups.insert(config.group.clone());
        HostSettings {
            host_id: config.host_id.clone(),
            groups,
            nodes,
            reorder_timeout: config.reorder_timeout,
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
            HostOutput::DeviceDied { node, device, at } => {
                if let Some(resource) = self.resources.get(&(node, device)).cloned() {
                    let state = MachineState::Offline;
                    events.push_back(HostEvent::Machine { resource, state, at });
                }
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
        let Some(resource) = self.resources.get(&key) else {
            if born {
                let (NodeId { group, edge_node }, device) = key;
                let connection = Connection { group, edge_node, device };
                events.push_back(HostEvent::Stranger { connection });
            }
            return;
        };
        let said = job_metrics::read(resource, at, metrics);
        // A machine that introduces itself and says nothing about its state can work.
        let machine = said.machine.or(born.then_some((MachineState::Up, at)));
        if let Some((state, at)) = machine {
            events.push_back(HostEvent::Machine { resource: resource.clone(), state, at });
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

fn check(what: &'static str, id: &str) -> Result<(), ConnectError> {
    if is_id(id) { Ok(()) } else { Err(ConnectError::Id { what, id: id.to_owned() }) }
}
