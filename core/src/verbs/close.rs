//! `close_books`: the operator books what a settlement came to, once, and the period is closed.

use std::collections::BTreeMap;

use crate::book::{Books, Halt, Record};
use crate::command::CloseBooks;
use crate::decision::Decision;
use crate::nouns::{Code, Event, Key};
use crate::periods::{close_postings, statement_hash};

/// `close_books`. Rejections in order: `unknown_party | not_allowed actor`, `invalid_period period` (not whole settlement
/// windows, not over by `booked`, or not beginning where the books are closed to), `statement_mismatch settlement` (made
/// for another period or currency, its parts contradict each other, or it does not carry over what the last close left),
/// `statement_mismatch statement_hash`, `amount_overflow`.
pub(super) fn close_books(decision: &mut Decision<'_>, order: &CloseBooks) -> Result<(), Halt> {
    decision.actor_is_operator()?;
    let rulebook = decision.rules.rulebook();
    let window = rulebook.settlement;
    let period = order.period;
    let aligned = period.from < period.until
        && period.from == period.from.start_of(window)
        && period.until == period.until.start_of(window);
    let books = decision.view.books()?;
    let follows = books.and_then(|books| books.closed_until).is_none_or(|closed| closed == period.from);
    if !aligned || decision.today < period.until || !follows {
        return Err(Halt::reject(Code::InvalidPeriod, "period"));
    }
    if order.settlement.period != period || order.settlement.currency != rulebook.currency {
        return Err(Halt::reject(Code::StatementMismatch, "settlement"));
    }
    let none = BTreeMap::new();
    let left = books.map_or(&none, |books| &books.residues);
    if !order.settlement.is_consistent() || !order.settlement.carries(left) {
        return Err(Halt::reject(Code::StatementMismatch, "settlement"));
    }
    if statement_hash(&order.settlement).ok() != Some(order.statement_hash) {
        return Err(Halt::reject(Code::StatementMismatch, "statement_hash"));
    }
    // The last day of the period: what a close books belongs to it, whenever it is booked.
    let day = period.until.plus_days(-1).unwrap_or(period.from);
    let postings = close_postings(&order.settlement, &rulebook.operator, day)?;
    decision.journal.postings.extend(postings);
    decision.journal.events.push(Event::BooksClosed { period });
    for payment in &order.settlement.payments {
        decision.journal.events.push(Event::PaymentInstructed {
            from: payment.from.clone(),
            to: payment.to.clone(),
            asset: rulebook.currency.clone(),
            amount: payment.amount,
        });
    }
    let residues = order.settlement.residues.clone();
    let books = Books { closed_until: Some(period.until), residues };
    decision.write(Key::Books, Record::Books(Box::new(books)))
}
