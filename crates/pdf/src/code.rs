//! The codes that machines read from a letter, as the templates draw them: bars and squares.

use qrcode::{Color, EcLevel, QrCode};
use raadspost_content::kix_bars;
use serde_json::{Value, json};

/// The bars of a KIX code, a letter each: `F` reaches up and down, `A` up, `D` down, `T` neither.
pub(crate) fn kix(code: &str) -> Value {
    let bars = kix_bars(code).unwrap_or_default();
    let letter = |bar: &(bool, bool)| match bar {
        (true, true) => 'F',
        (true, false) => 'A',
        (false, true) => 'D',
        (false, false) => 'T',
    };
    bars.iter().map(letter).collect::<String>().into()
}

/// A QR code (ISO/IEC 18004) that leads to an address: the number of modules on a side, and the dark
/// ones, a run of a row each, as column, row and length. Level M restores 15 %, which a fold needs.
pub(crate) fn qr(url: &str) -> Value {
    // The model keeps an address below the 2,331 bytes that fit.
    let Ok(code) = QrCode::with_error_correction_level(url, EcLevel::M) else {
        return json!({"url": url, "side": 0, "runs": []});
    };
    let side = code.width();
    let mut runs = Vec::new();
    for row in 0..side {
        let mut column = 0;
        while column < side {
            let dark = |column| code[(column, row)] == Color::Dark;
            let length = (column..side).take_while(|at| dark(*at)).count();
            if length > 0 {
                runs.push(json!([column, row, length]));
            }
            column += length.max(1);
        }
    }
    json!({"url": url, "side": side, "runs": runs})
}

#[cfg(test)]
mod tests {
    use super::{kix, qr};

    #[test]
    fn bars_are_those_of_known_codes() {
        let bars = kix("3500CE16200");
        assert_eq!(bars, "DTAFDDAATTFFTTFFTAFDTFFTTDAFTADFTDFATTFFTTFF");
        assert_eq!(kix("lower"), "");
    }

    #[test]
    fn a_code_has_its_three_finders() {
        let code = qr("https://example.org/GM0344");
        let side = code["side"].as_u64().expect("a number");
        assert_eq!((side - 17) % 4, 0);
        let runs = code["runs"].as_array().expect("runs");
        for finder in [[0, 0, 7], [side - 7, 0, 7], [0, side - 7, 7]] {
            let finder = serde_json::json!(finder);
            assert!(runs.contains(&finder), "{finder}");
        }
    }
}
