# Completion of postrider for PowerShell 5.1 and later.
Register-ArgumentCompleter -Native -CommandName 'postrider' -ScriptBlock {
    param($wordToComplete, $commandAst, $cursorPosition)
    $before = @($commandAst.CommandElements | Select-Object -Skip 1 | Where-Object {
            $_.Extent.EndOffset -lt $cursorPosition
        } | ForEach-Object {
            if ($_ -is [System.Management.Automation.Language.StringConstantExpressionAst]) { $_.Value } else { $_.Extent.Text }
        })
    $current = $wordToComplete.Trim("'", '"')
    & $commandAst.GetCommandName() '__complete' "_$current" @before 2>$null | ForEach-Object {
        $value, $says = $_ -split "`t", 2
        $text = $value
        if ($text -notmatch '^[\w./:=\\-][\w./:=#\\-]*$') {
            $text = "'" + ($text -replace '[\u0027\u2018-\u201b]', '$0$0') + "'" # any of these ends the quotation
        }
        if (-not $says) { $says = $value }
        [System.Management.Automation.CompletionResult]::new($text, $value, 'ParameterValue', $says)
    }
}
