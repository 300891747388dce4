//! Whether it can be shown that no plan has a place for everything.
//!
//! Each operation has a window for its start and its end; calendars, precedences with their lags, frozen work,
//! budgets, the energy of each resource in every interval (Baptiste, Le Pape & Nuijten 2001, ch. 3) and pairs that
//! exclude each other make the windows narrower. A small tree then tries what is undecided: branches, orders of
//! pairs, modes. When every way ends in an empty window there is no plan. The tree has a limited number of nodes,
//! and what is not looked at (set-ups, storages, lines) may still forbid everything: that nothing is refuted
//! says nothing.

mod budgets;
mod net;
mod pairs;
mod windows;

use crate::problem::Problem;
use net::Net;
use windows::Windows;

/// Nodes of the tree: at least so many, and more for small problems.
const NODES: (usize, usize) = (2, 1_500);
/// Nodes times operations.
const NODES_BY_SIZE: usize = 30_000;

/// Whether no plan of the problem has a place for all that has to be done. `false`: it is not known.
pub(super) fn refuted(problem: &Problem) -> bool {
    let net = Net::new(problem);
    let mut nodes = (NODES_BY_SIZE / problem.operations.len().max(1)).clamp(NODES.0, NODES.1);
    !is_open(&net, Windows::new(&net), &mut nodes)
}

/// Whether a plan may exist within these windows.
fn is_open(net: &Net, mut windows: Windows, nodes: &mut usize) -> bool {
    if *nodes == 0 {
        return true;
    }
    *nodes -= 1;
    if !windows.narrow(net) {
        return false;
    }
    if let Some(alternative) = windows.undecided_branch() {
        let branches = net.branches.get(alternative).copied().unwrap_or(0);
        return (0..branches).any(|branch| {
            let mut narrower = windows.clone();
            narrower.decide_branch(alternative, branch);
            is_open(net, narrower, nodes)
        });
    }
    if let Some((one, other)) = pairs::undecided(net, &windows) {
        return [(one, other), (other, one)].into_iter().any(|arc| {
            let mut narrower = windows.clone();
            narrower.arcs.insert(arc);
            is_open(net, narrower, nodes)
        });
    }
    if let Some((task, modes)) = windows.undecided_mode(net) {
        return modes.into_iter().any(|mode| {
            let mut narrower = windows.clone();
            narrower.decide_mode(task, mode);
            is_open(net, narrower, nodes)
        });
    }
    true
}
