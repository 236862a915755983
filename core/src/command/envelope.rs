//! The envelope: `{"v":1,"id","at","booked","actor","type",…}`.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{
    BindReferrer, CaptureHold, ClaimVoucher, CloseBooks, ConfirmPurchase, CreateVoucherStock, EnrolMember,
    ExtendVoucher, GivePoints, GrantPoints, HoldPoints, IssuePack, IssueVouchers, JoinAlliance, LeaveAlliance,
    MintPoints, MoveLane, PresentVoucher, RecordActivity, RecordEntryFee, RecordPurchase, RecordScan, RedeemPoints,
    RedeemVoucher, RefundPurchase, RegisterParty, ReissueVoucher, ReleaseHold, ReleaseVoucher, RequestWithdrawal,
    ReserveVoucher, SellPoints, SetMember, SetPack, SetTerms, SetTill, SetVoucherStock, SetWithdrawal, SwapVouchers,
    Sweep, TopUpMerchant, UnbindReferrer, VoidVoucher,
};
use crate::values::{Id, Instant};
use crate::wire::{self, Canonical, Hash, Mode, Out, Scribe, Tree, TreeLimits, WireCode, WireError, written_in_order};

/// The version of the envelope.
pub const ENVELOPE_VERSION: u32 = 1;

/// A command: who asks for what, when it happened and when the host booked it.
///
/// ```
/// use coalition::command::Command;
/// let text = r#"{"v":1,"id":"00000000-0000-0000-0000-000000000001","at":"2024-05-01T10:00:00Z",
///   "booked":"2024-05-01T10:00:00Z","actor":"hq","type":"mint_points","asset":"points","points":1000}"#;
/// let command = Command::from_json(text.as_bytes()).unwrap();
/// assert_eq!(command.actor.as_str(), "hq");
/// assert_eq!(Command::from_json(command.to_json().unwrap().as_bytes()).unwrap(), command);
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
#[cfg_attr(feature = "uniffi", derive(uniffi::Record))]
pub struct Command {
    /// Chosen by the caller; the same id with the same content is answered once.
    pub id: Uuid,
    /// When it happened; rules and terms go by it.
    pub at: Instant,
    /// When the host books it, taken anew at every attempt: not before `at`, nor before the account's last; expiry and
    /// statements go by it.
    pub booked: Instant,
    /// The party that asks.
    pub actor: Id,
    /// What is asked.
    pub action: Action,
}

/// What a command asks for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[expect(missing_docs, reason = "each variant is documented at its struct")]
#[cfg_attr(feature = "uniffi", derive(uniffi::Enum))]
pub enum Action {
    RegisterParty(RegisterParty),
    SetTerms(SetTerms),
    SetMember(SetMember),
    EnrolMember(EnrolMember),
    JoinAlliance(JoinAlliance),
    LeaveAlliance(LeaveAlliance),
    MintPoints(MintPoints),
    SellPoints(SellPoints),
    GrantPoints(GrantPoints),
    GivePoints(GivePoints),
    MoveLane(MoveLane),
    RecordPurchase(RecordPurchase),
    RecordActivity(RecordActivity),
    ConfirmPurchase(ConfirmPurchase),
    RefundPurchase(RefundPurchase),
    RedeemPoints(RedeemPoints),
    HoldPoints(HoldPoints),
    CaptureHold(CaptureHold),
    ReleaseHold(ReleaseHold),
    Sweep(Sweep),
    CloseBooks(CloseBooks),
    CreateVoucherStock(CreateVoucherStock),
    SetVoucherStock(SetVoucherStock),
    IssueVouchers(IssueVouchers),
    ClaimVoucher(ClaimVoucher),
    ReserveVoucher(ReserveVoucher),
    ReleaseVoucher(ReleaseVoucher),
    RedeemVoucher(RedeemVoucher),
    VoidVoucher(VoidVoucher),
    ExtendVoucher(ExtendVoucher),
    ReissueVoucher(ReissueVoucher),
    SwapVouchers(SwapVouchers),
    SetTill(SetTill),
    BindReferrer(BindReferrer),
    UnbindReferrer(UnbindReferrer),
    SetPack(SetPack),
    IssuePack(IssuePack),
    PresentVoucher(PresentVoucher),
    TopUpMerchant(TopUpMerchant),
    RecordEntryFee(RecordEntryFee),
    RecordScan(RecordScan),
    RequestWithdrawal(RequestWithdrawal),
    SetWithdrawal(SetWithdrawal),
}

#[derive(Serialize)]
struct Envelope<'a> {
    v: u32,
    id: Uuid,
    at: Instant,
    booked: Instant,
    actor: &'a Id,
}

impl Command {
    /// Reads a command strictly: unknown fields, duplicate keys and floats are refused with their path.
    pub fn from_json(text: &[u8]) -> Result<Self, WireError> {
        let tree = wire::parse_json(text, TreeLimits::COMMAND)?;
        Self::from_tree(&tree, text)
    }

    /// Reads a command out of a tree.
    pub fn from_tree(tree: &Tree, source: &[u8]) -> Result<Self, WireError> {
        wire::version(tree, source, Mode::Strict, ENVELOPE_VERSION, "commands")?;
        Ok(Self {
            id: read_id(tree, source)?,
            at: wire::field(tree, source, Mode::Strict, "at")?,
            booked: wire::field(tree, source, Mode::Strict, "booked")?,
            actor: wire::field(tree, source, Mode::Strict, "actor")?,
            action: wire::decode_rest(tree, source, Mode::Strict, &["v", "id", "at", "booked", "actor"])?,
        })
    }

    fn envelope(&self) -> Envelope<'_> {
        Envelope { v: ENVELOPE_VERSION, id: self.id, at: self.at, booked: self.booked, actor: &self.actor }
    }

    /// Canonical JSON.
    pub fn to_json(&self) -> Result<String, WireError> {
        wire::encode_merged(&self.envelope(), &self.action)
    }

    /// SHA-256 over the canonical JSON: what tells a repeated command from another one with the same id.
    pub fn hash(&self) -> Result<Hash, WireError> {
        self.hash_by(&mut Scribe::new())
    }

    pub(crate) fn hash_by(&self, scribe: &mut Scribe) -> Result<Hash, WireError> {
        match &self.action {
            Action::RecordPurchase(order) => scribe.hash_direct("command", &Direct { command: self, order }),
            Action::RefundPurchase(order) => scribe.hash_direct("command", &Direct { command: self, order }),
            _ => scribe.hash_merged("command", &self.envelope(), &self.action),
        }
    }
}

/// A command of one of the kinds that most are, which write themselves.
struct Direct<'a, T> {
    command: &'a Command,
    order: &'a T,
}

impl Canonical for Direct<'_, RecordPurchase> {
    fn write(&self, out: &mut Out) {
        let Command { id, at, booked, actor, action: _ } = self.command;
        let RecordPurchase {
            purchase,
            merchant,
            store,
            member,
            channel,
            lines,
            vouchers,
            offline_till,
            tender,
            referrer,
            clerk,
            payout_ratio,
            lane,
        } = self.order;
        let v = &ENVELOPE_VERSION;
        written_in_order! {
            + out (r#","type":"record_purchase""#) actor, at, booked, channel, clerk, id, lane, lines, member, merchant,
            offline_till, payout_ratio, purchase, referrer, store, tender, v, vouchers unless Vec::is_empty
        }
    }
}

impl Canonical for Direct<'_, RefundPurchase> {
    fn write(&self, out: &mut Out) {
        let Command { id, at, booked, actor, action: _ } = self.command;
        let RefundPurchase { purchase, returned } = self.order;
        let v = &ENVELOPE_VERSION;
        written_in_order! { + out (r#","type":"refund_purchase""#) actor, at, booked, id, purchase, returned, v }
    }
}

/// A UUID in its one form: 36 lower-case characters with hyphens.
fn read_id(tree: &Tree, source: &[u8]) -> Result<Uuid, WireError> {
    let text: String = wire::field(tree, source, Mode::Strict, "id")?;
    let id = Uuid::parse_str(&text).ok().filter(|id| id.as_hyphenated().to_string() == text);
    id.ok_or_else(|| {
        let detail = format!("`{text}` is not a UUID of 36 lower-case characters");
        let at = tree.get("id").map_or(tree.at, |node| node.at);
        WireError::new(WireCode::InvalidId, detail).in_field("id").located(source, at)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn code_of(envelope: &str) -> (WireCode, String) {
        let text =
            format!(r#"{{{envelope},"booked":"2024-05-01T10:00:00Z","actor":"hq","type":"sweep","account":"m"}}"#);
        let error = Command::from_json(text.as_bytes()).unwrap_err();
        (error.code, error.path)
    }

    #[test]
    fn the_envelope_is_read_strictly() {
        let at = r#""at":"2024-05-01T10:00:00Z""#;
        let id = "00000000-0000-0000-0000-00000000000a";
        for (envelope, code, path) in [
            (format!(r#""v":2,"id":"{id}",{at}"#), WireCode::UnsupportedVersion, "v"),
            (format!(r#""id":"{id}",{at}"#), WireCode::MissingField, "v"),
            (format!(r#""v":1,"id":"{}",{at}"#, id.to_uppercase()), WireCode::InvalidId, "id"),
            (format!(r#""v":1,"id":"{{{id}}}",{at}"#), WireCode::InvalidId, "id"),
            (format!(r#""v":1,"id":"{}",{at}"#, id.replace('-', "")), WireCode::InvalidId, "id"),
            (format!(r#""v":1,"id":"{id}","at":"2024-05-01""#), WireCode::InvalidInstant, "at"),
            (format!(r#""v":1,"id":"{id}",{at},"acount":"m""#), WireCode::UnknownField, "acount"),
        ] {
            assert_eq!(code_of(&envelope), (code, path.to_owned()), "{envelope}");
        }
    }
}
