//! A party's stock as a decision works on it: blocks are drawn earliest first.

use super::change::{After, Change};
use super::record::Record;
use crate::nouns::{Block, Code, Key, MAX_BLOCKS, Rejection, Stock};
use crate::values::{Amount, Id, Overflow};

/// The working copy of a stock.
#[derive(Debug, Clone)]
pub struct StockDraft {
    /// The holder.
    pub party: Id,
    /// The lane.
    pub lane: Id,
    version: u64,
    blocks: Vec<Block>,
    touched: bool,
}

impl StockDraft {
    /// Of a record at a version; absent is empty.
    pub fn new(party: &Id, lane: &Id, version: u64, base: Option<&Stock>) -> Self {
        let blocks = base.map(|stock| stock.blocks.clone()).unwrap_or_default();
        Self { party: party.clone(), lane: lane.clone(), version, blocks, touched: false }
    }

    /// Blocks of an asset, earliest first.
    pub fn blocks(&self, asset: &Id) -> impl Iterator<Item = &Block> {
        self.blocks.iter().filter(move |block| block.asset == *asset)
    }

    /// Points of an asset, counted up to the largest amount: no command asks for more.
    pub fn points(&self, asset: &Id) -> Amount {
        self.blocks(asset).fold(Amount::ZERO, |sum, block| sum.plus(block.points).unwrap_or(Amount::MAX))
    }

    /// Draws points, earliest block first; each drawn block comes with the points taken from it. Draws what there is.
    pub fn draw(&mut self, asset: &Id, points: Amount) -> Result<Vec<Block>, Overflow> {
        let mut left = points;
        let mut drawn = Vec::new();
        for block in self.blocks.iter_mut().filter(|block| block.asset == *asset) {
            let taken = block.points.min(left);
            if !taken.is_positive() {
                break;
            }
            block.points = block.points.minus(taken)?;
            left = left.minus(taken)?;
            drawn.push(Block { points: taken, ..block.clone() });
        }
        if !drawn.is_empty() {
            self.touched = true;
            self.blocks.retain(|block| block.points.is_positive());
        }
        Ok(drawn)
    }

    /// Puts a new block in; `limit_exceeded` at the stock's key above 1,000 blocks.
    pub fn put(&mut self, block: Block) -> Result<(), Rejection> {
        if self.blocks.len() >= MAX_BLOCKS {
            let key = Key::Stock { party: self.party.clone(), lane: self.lane.clone() };
            return Err(Rejection::at(Code::LimitExceeded, key.to_string()));
        }
        Ok(self.put_back(block)?)
    }

    /// Puts points back into the block with this id, which is there again if it was used up: what returns is never refused.
    pub fn put_back(&mut self, block: Block) -> Result<(), Overflow> {
        self.touched = true;
        if let Some(known) = self.blocks.iter_mut().find(|known| known.id == block.id) {
            known.points = known.points.plus(block.points)?;
            return Ok(());
        }
        let place = self.blocks.partition_point(|known| (known.booked, known.id) < (block.booked, block.id));
        self.blocks.insert(place, block);
        Ok(())
    }

    /// The guarded change, if anything was touched.
    pub fn into_change(self) -> Option<Change> {
        let after = After::Record { record: Record::Stock(Box::new(Stock { blocks: self.blocks })) };
        let key = Key::Stock { party: self.party, lane: self.lane };
        self.touched.then_some(Change { key, expects: self.version, after: Some(after) })
    }
}
