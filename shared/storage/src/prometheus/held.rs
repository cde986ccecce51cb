//! The catalogue that a reader holds from one question to the next.

use tokio::time::Instant;

use super::catalogue::Catalogue;
use super::refresh::{CatalogueCap, Changes, Load, ReadState, State};
use crate::{Database, StorageError};

/// What is held.
pub(super) enum Held {
    /// Nothing has been asked yet.
    Nothing,
    /// All rows, as they were at this state.
    All(State, Box<Catalogue>),
    /// The catalogue is larger than the cap, and since this state nothing was removed from it.
    TooLarge(State),
}

impl Held {
    /// Brings it up to date, and gives the catalogue unless it is larger than the cap.
    pub async fn refresh(
        &mut self,
        database: &Database,
        cap: CatalogueCap,
        deadline: Instant,
    ) -> Result<Option<&Catalogue>, StorageError> {
        let is_current = match self {
            Self::Nothing => false,
            Self::TooLarge(before) => before.leads_to(&database.run(&ReadState, deadline).await?),
            Self::All(before, catalogue) => {
                let changed = database.run(&Changes { since: before, cap }, deadline).await?;
                let leads_here = before.leads_to(&changed.state);
                if leads_here {
                    let failed = |source| StorageError::Statement { operation: "read series", source };
                    changed.apply(catalogue).map_err(failed)?;
                    *before = changed.state;
                    if !cap.holds(catalogue) {
                        *self = Self::TooLarge(before.clone());
                    }
                }
                leads_here
            }
        };
        if !is_current {
            *self = match database.run(&Load(cap), deadline).await? {
                (state, Some(catalogue)) => Self::All(state, Box::new(catalogue)),
                (state, None) => Self::TooLarge(state),
            };
        }
        match self {
            Self::All(_, catalogue) => Ok(Some(catalogue)),
            Self::Nothing | Self::TooLarge(_) => Ok(None),
        }
    }
}
