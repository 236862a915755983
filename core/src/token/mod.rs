//! Signed tokens of vouchers, for a QR code that a till checks without asking anybody.
//!
//! The operator signs the exact bytes of a token with Ed25519 (`docs/wire.md` 13); tills hold the public keys. A till that
//! could check with a shared secret could also forge with it, hence signatures.
//!
//! [`verify_offline`] and redeeming are different words, because they are different things: a signature can be shown at ten
//! tills. What `verify_offline` gives back says so by its name, [`AuthenticOnly`].
//!
//! ```
//! use coalition::token::{KeyRing, Nonce, PublicKey, Purpose, Token, public_key, sign, verify_offline};
//! use coalition::values::{Id, Instant};
//! let id = |text: &str| text.parse::<Id>().unwrap();
//! let moment = |text: &str| text.parse::<Instant>().unwrap();
//!
//! let secret = [7; 32]; // the operator's, from its vault
//! let token = Token { key: id("k1"), purpose: Purpose::Redeem, voucher: id("v-1"), holder: id("li"), audience: id("shop"),
//!     nonce: Nonce([9; 16]), // new for every token, from the host's entropy
//!     not_before: moment("2024-05-01T10:00:00Z"), expires: moment("2024-05-01T10:01:00Z") };
//! let text = sign(&token, &secret).unwrap();
//!
//! let keys = KeyRing::new(&[PublicKey { id: id("k1"), bytes: public_key(&secret), from: moment("2024-01-01T00:00:00Z"),
//!     until: None }]).unwrap();
//! let shown = moment("2024-05-01T10:00:59Z");
//! let authentic = verify_offline(&text, &keys, &id("shop"), Purpose::Redeem, shown).unwrap();
//! assert_eq!(*authentic.token(), token);
//!
//! let error = verify_offline(&text, &keys, &id("cafe"), Purpose::Redeem, shown).unwrap_err();
//! assert_eq!((error.code(), error.public_code()), ("wrong_audience", "invalid_voucher"));
//! ```

mod fields;
mod key;
mod layout;
mod problem;
mod text;
mod verify;

pub use fields::{InvalidNonce, Nonce, Purpose, Token};
pub use key::{KeyBytes, KeyError, KeyRing, MAX_KEYS, PublicKey, public_key};
pub use layout::{MAX_TOKEN_TEXT, TOKEN_VERSION};
pub use problem::{EmptyWindow, INVALID_VOUCHER, TokenError};
pub use verify::{AuthenticOnly, sign, verify_offline};
