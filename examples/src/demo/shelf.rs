//! The panel's products: what rules may ask of a line.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use coalition::rulebook::Category;
use coalition::values::Id;

use super::derive::{id, slug};
use super::rows::Rows;
use crate::Failure;

/// What many products share.
#[derive(Debug, Clone)]
pub struct Kind {
    /// `<department>.<category>`, or the department alone.
    pub category: Id,
    /// `national` or `private`, and `mfr-<id>`.
    pub tags: BTreeSet<Id>,
    /// The manufacturer as a funding partner, `mfr-<id>`.
    pub manufacturer: Id,
}

/// Every product by number.
#[derive(Debug, Default)]
pub struct Shelf {
    /// Sorted by product; the place of its kind.
    products: Vec<(u64, usize)>,
    kinds: Vec<Kind>,
    /// Each category with the one above it.
    categories: BTreeMap<Id, Option<Id>>,
}

impl Shelf {
    /// Reads `products.csv`.
    ///
    /// # Errors
    ///
    /// A file that is not what the converter writes.
    pub fn read(path: &Path) -> Result<Self, Failure> {
        let mut rows = Rows::open(path, "product_id,manufacturer_id,department,category,brand")?;
        let mut shelf = Shelf::default();
        let mut known: BTreeMap<(u64, String, String, String), usize> = BTreeMap::new();
        while rows.advance()? {
            let product = rows.number(0)?;
            let key = (rows.number(1)?, rows.text(2)?.to_owned(), rows.text(3)?.to_owned(), rows.text(4)?.to_owned());
            let place = match known.get(&key) {
                Some(place) => *place,
                None => {
                    let place = shelf.add_kind(&key)?;
                    known.insert(key, place);
                    place
                }
            };
            shelf.products.push((product, place));
        }
        shelf.products.sort_unstable();
        Ok(shelf)
    }

    fn add_kind(&mut self, key: &(u64, String, String, String)) -> Result<usize, Failure> {
        let (maker, department, category, brand) = key;
        let manufacturer = id(&format!("mfr-{maker}"))?;
        let top = id(&slug(department))?;
        self.categories.entry(top.clone()).or_insert(None);
        let category = if category.is_empty() {
            top
        } else {
            let leaf = id(&format!("{top}.{}", slug(category)))?;
            self.categories.insert(leaf.clone(), Some(top));
            leaf
        };
        let tags = BTreeSet::from([id(&slug(brand))?, manufacturer.clone()]);
        self.kinds.push(Kind { category, tags, manufacturer });
        Ok(self.kinds.len() - 1)
    }

    /// What is known of a product; nothing of the panel's 4,836 lines without a product row.
    pub fn kind(&self, product: u64) -> Option<&Kind> {
        let place = self.products.binary_search_by_key(&product, |(number, _)| *number).ok()?;
        self.products.get(place).and_then(|(_, kind)| self.kinds.get(*kind))
    }

    /// How many products there are.
    pub fn len(&self) -> usize {
        self.products.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.products.is_empty()
    }

    /// Adds to a rulebook's categories those that it does not list itself.
    pub fn add_categories(&self, list: &mut Vec<Category>) {
        let listed: BTreeSet<Id> = list.iter().map(|category| category.id.clone()).collect();
        let missing = self.categories.iter().filter(|(id, _)| !listed.contains(*id));
        list.extend(missing.map(|(id, parent)| Category { id: id.clone(), parent: parent.clone() }));
    }
}
