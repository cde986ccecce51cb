//! One name for each unit.
//!
//! JSON streams name units as CloudWatch's API does (`Milliseconds`), OpenTelemetry streams as UCUM does (`ms`).
//! CloudWatch's names are the canonical ones. Table: "Translations with OpenTelemetry 1.0.0 format in CloudWatch"
//! in the CloudWatch user guide.

/// The canonical name of a unit of either vocabulary. A name that neither knows stays as it is.
pub(super) fn canonical(unit: &str) -> &str {
    match unit {
        "s" => "Seconds",
        "us" => "Microseconds",
        "ms" => "Milliseconds",
        "By" => "Bytes",
        "kBy" => "Kilobytes",
        "MBy" => "Megabytes",
        "GBy" => "Gigabytes",
        "TBy" => "Terabytes",
        "bit" => "Bits",
        "kbit" => "Kilobits",
        "MBit" | "Mbit" => "Megabits",
        "GBit" | "Gbit" => "Gigabits",
        "Tbit" | "TBit" => "Terabits",
        "%" => "Percent",
        "{Count}" => "Count",
        "By/s" => "Bytes/Second",
        "kBy/s" => "Kilobytes/Second",
        "MBy/s" => "Megabytes/Second",
        "GBy/s" => "Gigabytes/Second",
        "TBy/s" => "Terabytes/Second",
        "bit/s" => "Bits/Second",
        "kbit/s" => "Kilobits/Second",
        "MBit/s" | "Mbit/s" => "Megabits/Second",
        "GBit/s" | "Gbit/s" => "Gigabits/Second",
        "Tbit/s" | "TBit/s" => "Terabits/Second",
        "{Count}/s" => "Count/Second",
        "" | "1" | "NoneTranslated" => "None",
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::canonical;

    #[test]
    fn both_vocabularies_meet() {
        for (ucum, name) in
            [("ms", "Milliseconds"), ("{Count}", "Count"), ("By/s", "Bytes/Second"), ("1", "None")]
        {
            assert_eq!(canonical(ucum), name);
            assert_eq!(canonical(name), name);
        }
        assert_eq!(canonical("furlongs"), "furlongs");
        assert_eq!(canonical(""), "None");
    }
}
