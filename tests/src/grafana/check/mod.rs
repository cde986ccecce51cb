//! What a panel's answer must be for its visualisation to show it.

mod links;
mod overrides;
mod visualisation;

use super::run::PanelAnswer;
use super::session::Session;

pub use links::{Catalogue, check_dashboard_links};

/// What is asked of an answer besides its shape.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Emptiness {
    /// Something must be there, unless the panel says when it is empty.
    AsDescribed,
    /// Nothing may be there, as the choice matches nothing.
    Allowed,
}

/// What is wrong with a panel, a sentence for each thing.
pub fn check_panel(
    answer: &PanelAnswer,
    session: &Session,
    catalogue: &Catalogue,
    emptiness: Emptiness,
) -> Vec<String> {
    let panel = &answer.panel;
    let mut problems = Vec::new();
    for target in &answer.targets {
        if let Err(error) = &target.frames {
            problems.push(format!("query {}: {error:#}\n{}", target.ref_id, target.query));
        }
    }
    if problems.is_empty() {
        problems.extend(visualisation::problems(answer, emptiness));
        problems.extend(overrides::problems(answer));
        problems.extend(links::panel_problems(answer, session, catalogue));
    }
    problems.iter().map(|problem| format!("panel {} {:?}: {problem}", panel.id, panel.title)).collect()
}
