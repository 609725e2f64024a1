//! Who may talk to whom under the `NetworkPolicy` objects of a cluster, and which rule stands in the way.
//!
//! [`Peers`] is built once from pods, namespaces and policies and answers for one pair ([`Peers::allowed`],
//! [`Peers::verdict`]) or for all of them ([`Peers::connections`]). It knows what the API documents, not what a network
//! plugin makes of it, and sees only the standard policies: those of a plugin's own kinds may forbid more.
//!
//! What the API leaves open is settled so: pods on the host network are seen as their node, so that only an `ipBlock`
//! can name them; an `ipBlock` matches a pod when it holds one of the pod's addresses; a rule, selector or block that
//! the API server would refuse matches nothing. A pod without any `status` (a manifest, a template) is taken as it
//! would be once it runs; one that has a phase but no address, or has finished, takes part in nothing.
//! Source: <https://kubernetes.io/docs/concepts/services-networking/network-policies/>.

mod block;
mod connections;
mod denial;
mod miss;
mod names;
mod party;
mod peers;
mod policy;
mod ports;
mod profile;
mod selector;

pub use connections::{AddressRange, Connection, End};
pub use denial::{Denial, Verdict};
pub use miss::{LabelMiss, Miss, NearMiss};
pub use party::Peer;
pub use peers::Peers;
pub use policy::{Direction, PolicyName};
pub use ports::{PortRange, Ports, Protocol};
