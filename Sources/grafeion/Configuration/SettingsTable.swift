/// What `--print-config` shows: every setting, the value in force and where it came from.
enum SettingsTable {
    static func text(_ settings: [Setting]) -> String {
        let rows = settings.map { setting in
            [setting.key, setting.values.isEmpty ? "-" : setting.values.joined(separator: ","), "\(setting.source)"]
        }
        return TextTable(headings: ["SETTING", "VALUE", "FROM"], firstRows: rows, width: nil).text(rows: rows)
    }
}
