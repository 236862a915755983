//! Codes that people read, type and hand on: of vouchers, and of whatever else is taken by naming it.
//!
//! A code is Crockford base 32 with one check character behind it. It is the secret that pays, so its characters come from
//! the host's entropy: five bits are one character, 32 = 2⁵, nothing is divided and so no character is likelier than
//! another. How long it must be follows from how many codes live at a time and how many guesses are let through
//! ([`CodePlan`]); where that is too short, nothing is generated.
//!
//! ```
//! use coalition::code::{CodePlan, VoucherCode, generate};
//! let plan = CodePlan::new(1_000_000, 1_000_000); // a million live codes, a million guesses
//! assert_eq!(plan.length().unwrap(), 12);         // 60 bits, and the check character
//!
//! let entropy: Vec<u8> = (0..plan.entropy_bytes(2).unwrap()).map(|n| (n * 97 % 251) as u8).collect(); // from the host
//! let codes = generate(&plan, 2, &entropy).unwrap();
//! assert_eq!(codes[0].to_string().len(), 13);
//!
//! let shown = codes[0].grouped();
//! assert_eq!(shown.len(), 13 + 2);
//! assert_eq!(VoucherCode::read(&shown.to_lowercase()), Ok(codes[0]));
//! assert_eq!(VoucherCode::read("0000-0000-0000-0").unwrap_err().code(), "wrong_check_character");
//! ```

mod alphabet;
mod batch;
mod check;
mod plan;
mod problem;
mod voucher_code;

pub use alphabet::ALPHABET;
pub(crate) use alphabet::{symbol, value};
pub use batch::generate;
pub use plan::{CodeNeeds, CodePlan, MAX_BATCH, SPARE_DRAWS, USUAL_ONE_IN};
pub use problem::CodeError;
pub use voucher_code::{MAX_CODE_TEXT, MAX_LENGTH, MIN_LENGTH, VoucherCode, WrittenCode};
