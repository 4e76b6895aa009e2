<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="de_DE">
<context>
    <name>ConstraintWords</name>
    <message>
        <source>%1 bits</source>
        <translation>%1 Bit</translation>
    </message>
    <message>
        <source>no limit</source>
        <translation>keine Grenze</translation>
    </message>
    <message>
        <source>their %1 formats</source>
        <translation>ihren %1 Formaten</translation>
    </message>
    <message>
        <source>Select matrices of the map or the table first</source>
        <translation>Zuerst Matrizen auf der Karte oder in der Tabelle auswählen</translation>
    </message>
    <message>
        <source>%1 matrices</source>
        <translation>%1 Matrizen</translation>
    </message>
    <message>
        <source>Pin to %1</source>
        <translation>Auf %1 festhalten</translation>
    </message>
    <message>
        <source>Keep what they have now, whatever the budget</source>
        <translation>Behalten, was sie jetzt haben, bei jedem Budget</translation>
    </message>
    <message>
        <source>Pin to</source>
        <translation>Festhalten auf</translation>
    </message>
    <message>
        <source>Never</source>
        <translation>Nie</translation>
    </message>
    <message>
        <source>At least</source>
        <translation>Mindestens</translation>
    </message>
    <message>
        <source>At most</source>
        <translation>Höchstens</translation>
    </message>
    <message>
        <source>Clear their constraints</source>
        <translation>Ihre Vorgaben aufheben</translation>
    </message>
    <message>
        <source>Clear all constraints</source>
        <translation>Alle Vorgaben aufheben</translation>
    </message>
</context>
<context>
    <name>Core</name>
    <message>
        <source>fisher-diagonal</source>
        <translation>Fisher-Diagonale</translation>
    </message>
    <message>
        <source>half the sum of Fisher information times squared rounding error, weight by weight: nats per token</source>
        <translation>die halbe Summe aus Fisher-Information mal quadriertem Rundungsfehler, Gewicht für Gewicht: Nats je Token</translation>
    </message>
    <message>
        <source>fisher-trace</source>
        <translation>Fisher-Spur</translation>
    </message>
    <message>
        <source>half the matrix's whole Fisher information times its mean squared rounding error: nats per token</source>
        <translation>die halbe Fisher-Information der ganzen Matrix mal ihrem mittleren quadrierten Rundungsfehler: Nats je Token</translation>
    </message>
    <message>
        <source>activation</source>
        <translation>Aktivierung</translation>
    </message>
    <message>
        <source>squared rounding error weighted by the mean square of the input it meets (importance matrix): no unit</source>
        <translation>quadrierter Rundungsfehler, gewichtet mit dem mittleren Quadrat der Eingabe, die er trifft (Importance-Matrix): ohne Einheit</translation>
    </message>
    <message>
        <source>squared</source>
        <translation>quadriert</translation>
    </message>
    <message>
        <source>squared rounding error alone, blind to what a weight is for: no unit</source>
        <translation>der quadrierte Rundungsfehler allein, ohne Blick darauf, wozu ein Gewicht dient: ohne Einheit</translation>
    </message>
    <message>
        <source>relative</source>
        <translation>relativ</translation>
    </message>
    <message>
        <source>squared rounding error over the matrix's squared weights, as if every matrix counted alike: no unit</source>
        <translation>quadrierter Rundungsfehler durch die quadrierten Gewichte der Matrix, als zählte jede Matrix gleich viel: ohne Einheit</translation>
    </message>
    <message>
        <source>outlier</source>
        <translation>Ausreißer</translation>
    </message>
    <message>
        <source>squared rounding error times how far the largest weight stands out of its matrix: no unit</source>
        <translation>quadrierter Rundungsfehler mal, wie weit das größte Gewicht aus seiner Matrix herausragt: ohne Einheit</translation>
    </message>
    <message>
        <source>DynaQuant v1: the gradients of whole sequences times mean squared weight times a model of rounding noise by bits: no unit</source>
        <translation>DynaQuant v1: die Gradienten ganzer Sequenzen mal mittlerem quadriertem Gewicht mal einem Modell des Rundungsrauschens nach Bits: ohne Einheit</translation>
    </message>
    <message>
        <source>llama.cpp's target-bpw: expected squared error of the outputs over their expected squares, row by row: no unit</source>
        <translation>target-bpw von llama.cpp: erwarteter quadrierter Fehler der Ausgaben durch ihre erwarteten Quadrate, Zeile für Zeile: ohne Einheit</translation>
    </message>
    <message>
        <source>llama.cpp's target-bpw: one minus the cosine between a row and the rounded one under the importance matrix: no unit</source>
        <translation>target-bpw von llama.cpp: eins minus Kosinus zwischen einer Zeile und der gerundeten unter der Importance-Matrix: ohne Einheit</translation>
    </message>
    <message>
        <source>ModelOpt: half the squared gradient times the squared error of every output: nats per token</source>
        <translation>ModelOpt: das halbe Quadrat des Gradienten mal dem quadrierten Fehler jeder Ausgabe: Nats je Token</translation>
    </message>
    <message>
        <source>AutoRound's AutoScheme: gradient of the loss times rounding error, weight by weight, to first order: no unit</source>
        <translation>AutoScheme von AutoRound: Gradient des Verlusts mal Rundungsfehler, Gewicht für Gewicht, in erster Ordnung: ohne Einheit</translation>
    </message>
    <message>
        <source>BAQ, SliM-LLM: squared rounding error over the squared diagonal of GPTQ's Cholesky factor: no unit</source>
        <translation>BAQ, SliM-LLM: quadrierter Rundungsfehler durch die quadrierte Diagonale von GPTQs Cholesky-Faktor: ohne Einheit</translation>
    </message>
    <message>
        <source>HIGGS: relative squared error times what noise of such size did to the model: nats per token</source>
        <translation>HIGGS: relativer quadrierter Fehler mal dem, was Rauschen dieser Größe dem Modell tat: Nats je Token</translation>
    </message>
    <message>
        <source>AlphaQ, without data: mean squared rounding error, more for spectra with heavy tails: no unit</source>
        <translation>AlphaQ, ohne Daten: mittlerer quadrierter Rundungsfehler, mehr bei Spektren mit schweren Rändern: ohne Einheit</translation>
    </message>
    <message>
        <source>NSDS, without data: relative squared error, more for peaked weights and rich spectra: no unit</source>
        <translation>NSDS, ohne Daten: relativer quadrierter Fehler, mehr bei spitz verteilten Gewichten und reichen Spektren: ohne Einheit</translation>
    </message>
    <message>
        <source>every format that is measured unless others are asked for</source>
        <translation>jedes Format, das gemessen wird, wenn keine anderen verlangt sind</translation>
    </message>
    <message>
        <source>INT2 to INT8 in every group size, with and without zero points, and BF16</source>
        <translation>INT2 bis INT8 in jeder Gruppengröße, mit und ohne Nullpunkt, und BF16</translation>
    </message>
    <message>
        <source>what tensor cores multiply natively: NVFP4, FP8 and BF16</source>
        <translation>was Tensorkerne selbst multiplizieren: NVFP4, FP8 und BF16</translation>
    </message>
    <message>
        <source>symmetric INT4 and INT8 in every group size, which inference engines have kernels for, and BF16</source>
        <translation>symmetrisches INT4 und INT8 in jeder Gruppengröße, für die Inferenzprogramme Kernel haben, und BF16</translation>
    </message>
    <message>
        <source>what compressed-tensors checkpoints can hold and vLLM loads, with BF16 scales</source>
        <translation>was compressed-tensors-Checkpoints fassen und vLLM lädt, mit Skalen in BF16</translation>
    </message>
    <message>
        <source>of these, what every vLLM and SGLang has kernels for: INT4, INT8, FP8 and NVFP4</source>
        <translation>davon das, wofür jedes vLLM und SGLang Kernel hat: INT4, INT8, FP8 und NVFP4</translation>
    </message>
    <message>
        <source>what bitsandbytes loads: NF4 and FP4, their scales quantized or not, and BF16</source>
        <translation>was bitsandbytes lädt: NF4 und FP4, mit oder ohne quantisierte Skalen, und BF16</translation>
    </message>
    <message>
        <source>what GGUF files hold and llama.cpp loads, without an importance matrix</source>
        <translation>was GGUF-Dateien fassen und llama.cpp lädt, ohne Importance-Matrix</translation>
    </message>
    <message>
        <source>2 to 4 bits with scales chosen by what the columns meet: the mean square of the input in the error table</source>
        <translation>2 bis 4 Bit mit Skalen nach dem, was die Spalten treffen: dem mittleren Quadrat der Eingabe in der Fehlertabelle</translation>
    </message>
    <message>
        <source>2 to 4 bits with scales chosen by the Fisher diagonal; measuring keeps one byte a weight beside the table</source>
        <translation>2 bis 4 Bit mit Skalen nach der Fisher-Diagonale; das Messen behält ein Byte je Gewicht neben der Tabelle</translation>
    </message>
    <message>
        <source>2 to 4 bits with codes under error feedback, in searched scales; measuring keeps the Hessians of all inputs</source>
        <translation>2 bis 4 Bit mit Codes unter Fehlerrückführung und gesuchten Skalen; das Messen behält die Hesse-Matrizen aller Eingaben</translation>
    </message>
    <message>
        <source>what GGUF files hold, stored under the error table's mean squares of the inputs as importance matrix</source>
        <translation>was GGUF-Dateien fassen, gespeichert mit den mittleren Quadraten der Eingaben aus der Fehlertabelle als Importance-Matrix</translation>
    </message>
    <message>
        <source>INT2 to INT8 with a scale per 32 weights, and BF16</source>
        <translation>INT2 bis INT8 mit einer Skala je 32 Gewichte, und BF16</translation>
    </message>
    <message>
        <source>INT2 to INT8 with a scale per 64 weights, and BF16</source>
        <translation>INT2 bis INT8 mit einer Skala je 64 Gewichte, und BF16</translation>
    </message>
    <message>
        <source>INT2 to INT8 with a scale per 128 weights, and BF16</source>
        <translation>INT2 bis INT8 mit einer Skala je 128 Gewichte, und BF16</translation>
    </message>
    <message>
        <source>one format for every matrix</source>
        <translation>ein Format für alle Matrizen</translation>
    </message>
    <message>
        <source>DynaQuant as published, 4, 8 and 16 bits</source>
        <translation>DynaQuant wie veröffentlicht, 4, 8 und 16 Bit</translation>
    </message>
    <message>
        <source>DynaQuant as published, 4 to 16 bits</source>
        <translation>DynaQuant wie veröffentlicht, 4 bis 16 Bit</translation>
    </message>
    <message>
        <source>BAQ: reverse water-filling, snapped to the formats there are</source>
        <translation>BAQ: umgekehrtes Wasserfüllen, gerundet auf vorhandene Formate</translation>
    </message>
    <message>
        <source>llama.cpp --target-bpw: bisection on the price, then greedy</source>
        <translation>llama.cpp --target-bpw: Bisektion über den Preis, dann gierig</translation>
    </message>
    <message>
        <source>the same with its boosts of roles</source>
        <translation>dasselbe mit seinen Zuschlägen für Rollen</translation>
    </message>
    <message>
        <source>HAWQ-V3: 0/1 program on code bits, scales not counted</source>
        <translation>HAWQ-V3: 0/1-Programm über die Bits der Codes, Skalen nicht gezählt</translation>
    </message>
    <message>
        <source>ModelOpt: the least worst loss of a matrix</source>
        <translation>ModelOpt: der kleinste größte Verlust einer Matrix</translation>
    </message>
    <message>
        <source>AlphaQ: integer program on the mean of bits, matrices of any size alike</source>
        <translation>AlphaQ: ganzzahliges Programm über das Mittel der Bits, Matrizen jeder Größe gleich</translation>
    </message>
    <message>
        <source>QVLA: from the top down, least loss per byte saved first</source>
        <translation>QVLA: von oben herab, der kleinste Verlust je gespartem Byte zuerst</translation>
    </message>
    <message>
        <source>ShiftAddLLM: the most sensitive share of the matrices gets more bits</source>
        <translation>ShiftAddLLM: der empfindlichste Teil der Matrizen bekommt mehr Bits</translation>
    </message>
    <message>
        <source>MC-MoE: a linear program in every block, equal bits for all blocks</source>
        <translation>MC-MoE: ein lineares Programm je Block, gleich viele Bits für alle Blöcke</translation>
    </message>
    <message>
        <source>llama.cpp K_M mixes: v and down of the first and last blocks, and the head</source>
        <translation>llama.cpp K_M-Mischungen: v und down der ersten und letzten Blöcke und der Kopf</translation>
    </message>
    <message>
        <source>BitStack: level by level, most useful first</source>
        <translation>BitStack: Stufe um Stufe, das Nützlichste zuerst</translation>
    </message>
    <message>
        <source>random changes of the optimum, kept where they are better</source>
        <translation>zufällige Änderungen des Optimums, behalten, wo sie besser sind</translation>
    </message>
    <message>
        <source>free</source>
        <translation>frei</translation>
    </message>
    <message>
        <source>fused</source>
        <translation>verschmolzen</translation>
    </message>
    <message>
        <source>expert</source>
        <translation>Experte</translation>
    </message>
    <message>
        <source>stacks</source>
        <translation>Stapel</translation>
    </message>
    <message>
        <source>block</source>
        <translation>Block</translation>
    </message>
    <message>
        <source>role</source>
        <translation>Rolle</translation>
    </message>
    <message>
        <source>forward</source>
        <translation>vorwärts</translation>
    </message>
    <message>
        <source>backward</source>
        <translation>rückwärts</translation>
    </message>
    <message>
        <source>write</source>
        <translation>Schreiben</translation>
    </message>
    <message>
        <source>verify</source>
        <translation>Prüfen</translation>
    </message>
    <message>
        <source>weights</source>
        <translation>Gewichte</translation>
    </message>
    <message>
        <source>changes</source>
        <translation>Änderungen</translation>
    </message>
</context>
<context>
    <name>CorrectionEffect</name>
    <message>
        <source>Judged by what was measured, every matrix keeps its format at this size; the loss is then said to be %1, where the table predicts %2.</source>
        <translation>Nach dem Gemessenen behält bei dieser Größe jede Matrix ihr Format; der Verlust ist danach %1, die Tabelle sagt %2 vorher.</translation>
    </message>
    <message>
        <source>Judged by what was measured, %1 of %2 matrices get another format at this size: the corrected loss goes from %3 to %4%5, the one the table predicts from %6 to %7.</source>
        <translation>Nach dem Gemessenen bekommen bei dieser Größe %1 von %2 Matrizen ein anderes Format: Der berichtigte Verlust geht von %3 auf %4%5, der von der Tabelle vorhergesagte von %6 auf %7.</translation>
    </message>
    <message>
        <source>Both were run at %1: measured %2 before, %3 after%4.</source>
        <translation>Beide liefen bei %1: gemessen %2 davor, %3 danach%4.</translation>
    </message>
</context>
<context>
    <name>FailureWords</name>
    <message>
        <source>Stopped on request.</source>
        <translation>Auf Wunsch angehalten.</translation>
    </message>
    <message>
        <source>There is not enough memory for this.</source>
        <translation>Dafür reicht der Speicher nicht.</translation>
    </message>
    <message>
        <source>Something unexpected went wrong in the program.</source>
        <translation>Im Programm ist etwas Unerwartetes schiefgegangen.</translation>
    </message>
    <message>
        <source>an exception of unknown type</source>
        <translation>eine Ausnahme unbekannter Art</translation>
    </message>
</context>
<context>
    <name>TargetWords</name>
    <message>
        <source>llama.cpp (GGUF)</source>
        <translation>llama.cpp (GGUF)</translation>
    </message>
    <message>
        <source>One file for llama.cpp, Ollama and LM Studio.</source>
        <translation>Eine Datei für llama.cpp, Ollama und LM Studio.</translation>
    </message>
    <message>
        <source>vLLM, transformers (compressed-tensors)</source>
        <translation>vLLM, transformers (compressed-tensors)</translation>
    </message>
    <message>
        <source>A folder of safetensors in mixed precision, with config and tokenizer.</source>
        <translation>Ein Ordner mit Safetensors in gemischter Genauigkeit, mit Konfiguration und Tokenizer.</translation>
    </message>
    <message>
        <source>Plain BF16</source>
        <translation>Einfaches BF16</translation>
    </message>
    <message>
        <source>A folder of the rounded weights as BF16: runs anywhere, saves nothing.</source>
        <translation>Ein Ordner mit den gerundeten Gewichten als BF16: läuft überall, spart nichts.</translation>
    </message>
    <message>
        <source>Native</source>
        <translation>Eigenes Format</translation>
    </message>
    <message>
        <source>A folder of bit-packed safetensors in any format. No engine loads it yet.</source>
        <translation>Ein Ordner mit gepackten Safetensors in beliebigen Formaten. Noch lädt ihn kein Programm.</translation>
    </message>
</context>
<context>
    <name>Validated</name>
    <message>
        <source>predicted / measured %1, ranks %2</source>
        <translation>vorhergesagt / gemessen %1, Ränge %2</translation>
    </message>
    <message>
        <source>measured on %1: %2; corrected: %3</source>
        <translation>gemessen auf %1: %2; berichtigt: %3</translation>
    </message>
</context>
<context>
    <name>Wish</name>
    <message>
        <source>pinned to %1</source>
        <translation>auf %1 festgehalten</translation>
    </message>
    <message>
        <source>not %1</source>
        <translation>nicht %1</translation>
    </message>
    <message>
        <source>at least %1 bits</source>
        <translation>mindestens %1 Bit</translation>
    </message>
    <message>
        <source>at most %1 bits</source>
        <translation>höchstens %1 Bit</translation>
    </message>
</context>
<context>
    <name>Words</name>
    <message>
        <source>G weights</source>
        <translation>Mrd. Gewichte</translation>
    </message>
    <message>
        <source>M weights</source>
        <translation>Mio. Gewichte</translation>
    </message>
    <message>
        <source>k weights</source>
        <translation>Tsd. Gewichte</translation>
    </message>
    <message>
        <source>weights</source>
        <translation>Gewichte</translation>
    </message>
    <message>
        <source>b/w</source>
        <translation>b/w</translation>
    </message>
    <message>
        <source>per MB</source>
        <translation>je MB</translation>
    </message>
</context>
<context>
    <name>dq::ui::Banner</name>
    <message>
        <source>Message</source>
        <translation>Meldung</translation>
    </message>
    <message>
        <source>Details</source>
        <translation>Einzelheiten</translation>
    </message>
    <message>
        <source>Show what the program knows about it</source>
        <translation>Zeigen, was das Programm darüber weiß</translation>
    </message>
    <message>
        <source>Copy</source>
        <translation>Kopieren</translation>
    </message>
    <message>
        <source>Copy the message and its details</source>
        <translation>Die Meldung mit Einzelheiten kopieren</translation>
    </message>
    <message>
        <source>Show folder</source>
        <translation>Ordner zeigen</translation>
    </message>
    <message>
        <source>Open the folder in the file manager</source>
        <translation>Den Ordner in der Dateiverwaltung öffnen</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>Schließen</translation>
    </message>
    <message>
        <source>Put the message away</source>
        <translation>Die Meldung wegräumen</translation>
    </message>
    <message>
        <source>Less</source>
        <translation>Weniger</translation>
    </message>
</context>
<context>
    <name>dq::ui::BudgetBar</name>
    <message>
        <source>Budget, size</source>
        <translation>Budget, Größe</translation>
    </message>
    <message>
        <source>The budget as a size: everything the checkpoint's tensors may take</source>
        <translation>Das Budget als Größe: alles, was die Tensoren des Checkpoints einnehmen dürfen</translation>
    </message>
    <message>
        <source>Budget, bits per weight</source>
        <translation>Budget, Bits je Gewicht</translation>
    </message>
    <message>
        <source>The budget as bits per weight, scales counted</source>
        <translation>Das Budget als Bits je Gewicht, Skalen mitgezählt</translation>
    </message>
    <message>
        <source>Predicted loss</source>
        <translation>Vorhergesagter Verlust</translation>
    </message>
    <message>
        <source>What the choice is predicted to lose. Type a loss to get the smallest size that reaches it.</source>
        <translation>Was die Wahl voraussichtlich verliert. Einen Verlust eingeben, um die kleinste Größe zu bekommen, die ihn erreicht.</translation>
    </message>
    <message>
        <source>b/w</source>
        <translation>b/w</translation>
    </message>
    <message>
        <source>min</source>
        <translation>min</translation>
    </message>
    <message>
        <source>The smallest there is</source>
        <translation>Das Kleinste, das es gibt</translation>
    </message>
    <message>
        <source>knee</source>
        <translation>Knie</translation>
    </message>
    <message>
        <source>Where the curve bends most on linear axes</source>
        <translation>Wo die Kurve auf linearen Achsen am stärksten knickt</translation>
    </message>
    <message>
        <source>fits card ▾</source>
        <translation>passt auf ▾</translation>
    </message>
    <message>
        <source>What a card leaves for weights beside the cache of keys and values and 1 GiB for the program around</source>
        <translation>Was eine Karte neben dem Cache der Keys und Values und 1 GiB für das Programm an Platz für Gewichte lässt</translation>
    </message>
    <message>
        <source>max</source>
        <translation>max</translation>
    </message>
    <message>
        <source>Where more bytes buy nothing any more</source>
        <translation>Wo mehr Bytes nichts mehr bringen</translation>
    </message>
    <message>
        <source>Budget</source>
        <translation>Budget</translation>
    </message>
    <message>
        <source>nothing left</source>
        <translation>nichts übrig</translation>
    </message>
    <message>
        <source>%1 for weights</source>
        <translation>%1 für Gewichte</translation>
    </message>
    <message>
        <source>%1 card: %2</source>
        <translation>Karte mit %1: %2</translation>
    </message>
    <message>
        <source>%1 go to keys and values</source>
        <translation>%1 gehen an Keys und Values</translation>
    </message>
    <message>
        <source>The smallest choice takes %1</source>
        <translation>Die kleinste Wahl braucht %1</translation>
    </message>
    <message>
        <source>speed…</source>
        <translation>Tempo…</translation>
    </message>
    <message>
        <source>Keep a number of tokens a second beside the size (Ctrl+T)</source>
        <translation>Neben der Größe eine Zahl von Token je Sekunde einhalten (Strg+T)</translation>
    </message>
</context>
<context>
    <name>dq::ui::BudgetSlider</name>
    <message>
        <source>Budget</source>
        <translation>Budget</translation>
    </message>
    <message>
        <source>How many bytes the model may take. The stronger the track's colour, the more a byte buys there.
Arrow keys: one step of the front. Page keys: ten. Home and End: the ends.</source>
        <translation>Wie viele Bytes das Modell haben darf. Je kräftiger die Spur, desto mehr bringt dort ein Byte.
Pfeiltasten: ein Schritt der Front. Bild-Tasten: zehn. Pos1 und Ende: die Enden.</translation>
    </message>
    <message>
        <source> min</source>
        <translation> min</translation>
    </message>
    <message>
        <source> max</source>
        <translation> max</translation>
    </message>
    <message>
        <source>brighter: a byte buys more</source>
        <translation>heller: ein Byte bringt mehr</translation>
    </message>
    <message>
        <source>darker: a byte buys more</source>
        <translation>dunkler: ein Byte bringt mehr</translation>
    </message>
</context>
<context>
    <name>dq::ui::CellLegend</name>
    <message>
        <source>Dot: pinned to a format. Ring: formats or bits are limited.</source>
        <translation>Punkt: auf ein Format festgehalten. Ring: Formate oder Bits sind begrenzt.</translation>
    </message>
    <message>
        <source>16 bits</source>
        <translation>16 Bit</translation>
    </message>
    <message>
        <source>unchanged</source>
        <translation>gleich</translation>
    </message>
    <message>
        <source>none</source>
        <translation>keiner</translation>
    </message>
    <message>
        <source>pinned</source>
        <translation>fest</translation>
    </message>
    <message>
        <source>limited</source>
        <translation>begrenzt</translation>
    </message>
</context>
<context>
    <name>dq::ui::CellShades</name>
    <message>
        <source>none</source>
        <translation>keiner</translation>
    </message>
    <message>
        <source>/weight</source>
        <translation>/Gewicht</translation>
    </message>
    <message>
        <source>%1 bits</source>
        <translation>%1 Bit</translation>
    </message>
    <message>
        <source>+%1 bits</source>
        <translation>+%1 Bit</translation>
    </message>
    <message>
        <source>bits</source>
        <translation>Bits</translation>
    </message>
    <message>
        <source>sensitivity</source>
        <translation>Empfindlichkeit</translation>
    </message>
    <message>
        <source>loss</source>
        <translation>Verlust</translation>
    </message>
    <message>
        <source>gain per byte</source>
        <translation>Gewinn je Byte</translation>
    </message>
    <message>
        <source>difference to snapshot</source>
        <translation>Abstand zum Schnappschuss</translation>
    </message>
    <message>
        <source>Bits per weight, scales counted. Grey: kept at 16 bits.</source>
        <translation>Bits je Gewicht, Skalen mitgezählt. Grau: in 16 Bit belassen.</translation>
    </message>
    <message>
        <source>What a weight would lose at no bits, as the metric judges it; logarithmic. It does not follow the budget.</source>
        <translation>Was ein Gewicht ohne Bits verlöre, wie die Metrik es beurteilt; logarithmisch. Folgt dem Budget nicht.</translation>
    </message>
    <message>
        <source>What rounding the matrix is predicted to cost at this budget; logarithmic.</source>
        <translation>Was das Runden der Matrix bei diesem Budget voraussichtlich kostet; logarithmisch.</translation>
    </message>
    <message>
        <source>What one more byte would save there; logarithmic. Grey: nothing.</source>
        <translation>Was ein weiteres Byte dort sparte; logarithmisch. Grau: nichts.</translation>
    </message>
    <message>
        <source>Bits per weight now, less those of the snapshot compared with. Grey: the same format.</source>
        <translation>Bits je Gewicht jetzt, weniger die des verglichenen Schnappschusses. Grau: dasselbe Format.</translation>
    </message>
</context>
<context>
    <name>dq::ui::ComparePage</name>
    <message>
        <source>Take snapshot</source>
        <translation>Schnappschuss</translation>
    </message>
    <message>
        <source>go back to it</source>
        <translation>dorthin zurück</translation>
    </message>
    <message>
        <source>Its formats, metric, groups, constraints and budget</source>
        <translation>Seine Formate, Metrik, Gruppen, Vorgaben und sein Budget</translation>
    </message>
    <message>
        <source>remove</source>
        <translation>entfernen</translation>
    </message>
    <message>
        <source>Forget the selected snapshot</source>
        <translation>Den gewählten Schnappschuss vergessen</translation>
    </message>
    <message>
        <source>Put the choice aside, move on, and see what became other: size, loss, and which matrices. The map can be coloured by the difference, and the table filtered by it.</source>
        <translation>Die Wahl beiseitelegen, weitergehen und sehen, was anders wurde: Größe, Verlust und welche Matrizen. Die Karte lässt sich nach dem Abstand färben, die Tabelle danach filtern.</translation>
    </message>
    <message>
        <source>Put the choice aside to compare with (Ctrl+D)</source>
        <translation>Die Wahl zum Vergleichen beiseitelegen (Strg+D)</translation>
    </message>
    <message>
        <source>Snapshots</source>
        <translation>Schnappschüsse</translation>
    </message>
</context>
<context>
    <name>dq::ui::ExportDialog</name>
    <message>
        <source>Export</source>
        <translation>Exportieren</translation>
    </message>
    <message>
        <source>What to write</source>
        <translation>Was geschrieben wird</translation>
    </message>
    <message>
        <source>It is written beside, checked, and then renamed; nothing is overwritten</source>
        <translation>Es wird daneben geschrieben, geprüft und dann umbenannt; nichts wird überschrieben</translation>
    </message>
    <message>
        <source>Choose…</source>
        <translation>Wählen…</translation>
    </message>
    <message>
        <source>Choose the folder in which it is made</source>
        <translation>Den Ordner wählen, in dem es entsteht</translation>
    </message>
    <message>
        <source>Write and verify in the background</source>
        <translation>Im Hintergrund schreiben und prüfen</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>Abbrechen</translation>
    </message>
    <message>
        <source>Close without writing anything</source>
        <translation>Schließen, ohne etwas zu schreiben</translation>
    </message>
    <message>
        <source>Where to export</source>
        <translation>Wohin exportieren</translation>
    </message>
    <message>
        <source> · %1 on disk</source>
        <translation> · %1 auf der Platte</translation>
    </message>
    <message>
        <source>The choice is now one that %1 loads, at the same budget: formats “%2”.</source>
        <translation>Die Wahl ist jetzt eine, die %1 lädt, beim selben Budget: Formate „%2“.</translation>
    </message>
    <message>
        <source>What it fuses shares a format, and the embedding stays in BF16.</source>
        <translation>Was dort verschmolzen wird, teilt sich ein Format, und die Einbettung bleibt in BF16.</translation>
    </message>
    <message>
        <source>It keeps one matrix of all experts of a layer as one tensor, so these share a format.</source>
        <translation>Die gleiche Matrix aller Experten einer Schicht ist dort ein Tensor, darum teilen sich diese ein Format.</translation>
    </message>
    <message>
        <source>Predicted loss: %1 instead of %2.</source>
        <translation>Vorhergesagter Verlust: %1 statt %2.</translation>
    </message>
    <message>
        <source>Cancel takes that back.</source>
        <translation>Abbrechen nimmt das zurück.</translation>
    </message>
    <message>
        <source>Choosing formats…</source>
        <translation>Formate werden gewählt…</translation>
    </message>
    <message>
        <source>%1 does not load %2: choose “%3” under Formats, or free what is pinned.</source>
        <translation>%1 lädt %2 nicht: unter Formate „%3“ wählen oder freigeben, was festgehalten ist.</translation>
    </message>
    <message>
        <source>%1 fuses q, k and v, gate and up, and reads the embedding in BF16: what is pinned forbids that.</source>
        <translation>%1 verschmilzt q, k und v, gate und up und liest die Einbettung in BF16: was festgehalten ist, verbietet das.</translation>
    </message>
    <message>
        <source>%1 keeps one matrix of all experts of a layer as one tensor: what is pinned forbids that.</source>
        <translation>%1 hält die gleiche Matrix aller Experten einer Schicht als einen Tensor: was festgehalten ist, verbietet das.</translation>
    </message>
    <message>
        <source>Name what to write.</source>
        <translation>Benennen, was geschrieben wird.</translation>
    </message>
    <message>
        <source>There is something of that name already; nothing is overwritten.</source>
        <translation>Es gibt schon etwas mit diesem Namen; nichts wird überschrieben.</translation>
    </message>
    <message>
        <source>The folder %1 does not exist.</source>
        <translation>Den Ordner %1 gibt es nicht.</translation>
    </message>
    <message>
        <source>The folder %1 cannot be written to.</source>
        <translation>In den Ordner %1 kann nicht geschrieben werden.</translation>
    </message>
</context>
<context>
    <name>dq::ui::FoundModels</name>
    <message>
        <source>GGUF: quantized already, there is nothing to measure in it.</source>
        <translation>GGUF: schon quantisiert, darin gibt es nichts zu messen.</translation>
    </message>
</context>
<context>
    <name>dq::ui::FrontLegend</name>
    <message>
        <source>Front: the least loss for each size.
Uniform: every matrix in one format.
Knee: where the curve bends most on linear axes.</source>
        <translation>Front: der kleinste Verlust für jede Größe.
Einheitlich: alle Matrizen in einem Format.
Knie: wo die Kurve auf linearen Achsen am stärksten knickt.</translation>
    </message>
    <message>
        <source>front</source>
        <translation>Front</translation>
    </message>
    <message>
        <source>uniform</source>
        <translation>einheitlich</translation>
    </message>
    <message>
        <source>knee</source>
        <translation>Knie</translation>
    </message>
    <message>
        <source>measured</source>
        <translation>gemessen</translation>
    </message>
    <message>
        <source>Choices that were run, with the 95 % interval of what they lose</source>
        <translation>Wahlen, die gelaufen sind, mit dem 95-%-Intervall ihres Verlusts</translation>
    </message>
</context>
<context>
    <name>dq::ui::FrontOptions</name>
    <message>
        <source>other allocators</source>
        <translation>Verfahren</translation>
    </message>
    <message>
        <source>other metrics</source>
        <translation>Metriken</translation>
    </message>
    <message>
        <source>floor</source>
        <translation>Boden</translation>
    </message>
    <message>
        <source>corrected</source>
        <translation>berichtigt</translation>
    </message>
    <message>
        <source>What mixing saves</source>
        <translation>Was das Mischen spart</translation>
    </message>
    <message>
        <source>How many bits per weight the front saves at the loss of the nearest uniform format.
Coding gain: the mean over the geometric mean of how much a weight matters; 1 means that mixing brings nothing.</source>
        <translation>Wie viele Bits je Gewicht die Front beim Verlust des nächsten einheitlichen Formats spart.
Kodiergewinn: das Mittel durch das geometrische Mittel dessen, wie viel ein Gewicht zählt; 1 heißt, dass Mischen nichts bringt.</translation>
    </message>
    <message>
        <source>What the rules of other programs and papers make of the same table, as thin lines: hover them for their names (Ctrl+Shift+A)</source>
        <translation>Was die Regeln anderer Programme und Arbeiten aus derselben Tabelle machen, als dünne Linien: mit der Maus darüber stehen ihre Namen (Strg+Umschalt+A)</translation>
    </message>
    <message>
        <source>Reverse water-filling: less than this no choice could lose, were every number of bits a format (Ctrl+Shift+F)</source>
        <translation>Umgekehrtes Wasserfüllen: weniger als das könnte keine Wahl verlieren, wäre jede Zahl von Bits ein Format (Strg+Umschalt+F)</translation>
    </message>
    <message>
        <source>The fronts that other metrics would choose, judged by the one asked for, as thin lines (Ctrl+Shift+M)</source>
        <translation>Die Fronten, die andere Metriken wählten, beurteilt nach der verlangten, als dünne Linien (Strg+Umschalt+M)</translation>
    </message>
    <message>
        <source>Context</source>
        <translation>Kontext</translation>
    </message>
    <message>
        <source>Positions whose keys and values a card keeps beside the weights: cards are drawn where both fit</source>
        <translation>Positionen, deren Keys und Values eine Karte neben den Gewichten hält: Karten stehen dort, wo beides passt</translation>
    </message>
    <message>
        <source>context </source>
        <translation>Kontext </translation>
    </message>
    <message>
        <source>A card of your own</source>
        <translation>Eine eigene Karte</translation>
    </message>
    <message>
        <source>Memory of a card that is none of the usual ones: drawn like them; 0 for none</source>
        <translation>Speicher einer Karte, die keine der üblichen ist: wie diese gezeichnet; 0 für keine</translation>
    </message>
    <message>
        <source>card </source>
        <translation>Karte </translation>
    </message>
    <message>
        <source> GB</source>
        <translation> GB</translation>
    </message>
    <message>
        <source>card: –</source>
        <translation>Karte: –</translation>
    </message>
    <message>
        <source>Judge every format by what running the model has taught:
%1</source>
        <translation>Jedes Format danach beurteilen, was das Ausführen des Modells gelehrt hat:
%1</translation>
    </message>
    <message>
        <source>Run the model at points of the front first: Model, Check the front (Ctrl+R)</source>
        <translation>Zuerst das Modell an Punkten der Front ausführen: Modell, Front prüfen (Strg+R)</translation>
    </message>
    <message>
        <source>Thin line: the front judged the other way.</source>
        <translation>Dünne Linie: die anders beurteilte Front.</translation>
    </message>
</context>
<context>
    <name>dq::ui::FrontPlot</name>
    <message>
        <source>Quality against memory</source>
        <translation>Güte gegen Speicher</translation>
    </message>
    <message>
        <source>The front of best choices. Arrow keys move the budget one step, Page keys ten; plus and minus zoom, zero shows all.</source>
        <translation>Die Front der besten Wahlen. Pfeiltasten bewegen das Budget um einen Schritt, Bild-Tasten um zehn; Plus und Minus zoomen, Null zeigt alles.</translation>
    </message>
    <message>
        <source>&lt;b&gt;floor&lt;/b&gt;&lt;br&gt;reverse water-filling: no choice could lose less, were every number of bits a format</source>
        <translation>&lt;b&gt;Boden&lt;/b&gt;&lt;br&gt;umgekehrtes Wasserfüllen: keine Wahl könnte weniger verlieren, wäre jede Zahl von Bits ein Format</translation>
    </message>
    <message>
        <source>&lt;b&gt;chosen by %1&lt;/b&gt;, judged like the front&lt;br&gt;%2</source>
        <translation>&lt;b&gt;gewählt nach %1&lt;/b&gt;, beurteilt wie die Front&lt;br&gt;%2</translation>
    </message>
    <message>
        <source>&lt;b&gt;%1&lt;/b&gt;&lt;br&gt;where the curve bends most on linear axes; it moves with the range in brackets</source>
        <translation>&lt;b&gt;%1&lt;/b&gt;&lt;br&gt;wo die Kurve auf linearen Achsen am stärksten knickt; es wandert mit dem Bereich in Klammern</translation>
    </message>
    <message>
        <source>&lt;b&gt;%1&lt;/b&gt; for every matrix&lt;br&gt;%2 · %3&lt;br&gt;loss %4&lt;br&gt;mixing saves %5 at this loss</source>
        <translation>&lt;b&gt;%1&lt;/b&gt; für alle Matrizen&lt;br&gt;%2 · %3&lt;br&gt;Verlust %4&lt;br&gt;Mischen spart %5 bei diesem Verlust</translation>
    </message>
    <message>
        <source> (perplexity %1)</source>
        <translation> (Perplexität %1)</translation>
    </message>
    <message>
        <source>measured</source>
        <translation>gemessen</translation>
    </message>
    <message>
        <source>&lt;b&gt;%1&lt;/b&gt;&lt;br&gt;%2&lt;br&gt;measured loss %3&lt;br&gt;95 %: %4 to %5</source>
        <translation>&lt;b&gt;%1&lt;/b&gt;&lt;br&gt;%2&lt;br&gt;gemessener Verlust %3&lt;br&gt;95 %: %4 bis %5</translation>
    </message>
    <message>
        <source>&lt;b&gt;the front judged the other way&lt;/b&gt;&lt;br&gt;by the measurements while the front is as predicted, as predicted while it is corrected</source>
        <translation>&lt;b&gt;die anders beurteilte Front&lt;/b&gt;&lt;br&gt;nach den Messungen, solange die Front die vorhergesagte ist, und wie vorhergesagt, solange sie berichtigt ist</translation>
    </message>
</context>
<context>
    <name>dq::ui::Heatmap</name>
    <message>
        <source>Bits by layer and role</source>
        <translation>Bits nach Schicht und Rolle</translation>
    </message>
</context>
<context>
    <name>dq::ui::HistogramView</name>
    <message>
        <source>Weights of the selected matrix</source>
        <translation>Gewichte der gewählten Matrix</translation>
    </message>
    <message>
        <source>Bars: the weights, each over the largest of the group whose scale it shares; their height is a square root, so that the tails are seen.
Lines: the levels the format rounds them to, as high as they are used.
Clipped: beyond the outermost level, because a smaller scale lost less.</source>
        <translation>Balken: die Gewichte, jedes durch das größte der Gruppe, mit der es die Skala teilt; die Höhe ist eine Wurzel, damit man die Ränder sieht.
Linien: die Stufen, auf die das Format rundet, so hoch, wie sie gebraucht werden.
Abgeschnitten: jenseits der äußersten Stufe, weil eine kleinere Skala weniger verlor.</translation>
    </message>
    <message>
        <source>%1 · clipped %2 %</source>
        <translation>%1 · abgeschnitten %2 %</translation>
    </message>
    <message>
        <source>weight / largest of its group</source>
        <translation>Gewicht / größtes seiner Gruppe</translation>
    </message>
</context>
<context>
    <name>dq::ui::Inspector</name>
    <message>
        <source>Select a cell of the map or a row of the table to see why that matrix got its bits.</source>
        <translation>Eine Zelle der Karte oder eine Zeile der Tabelle auswählen, um zu sehen, warum die Matrix ihre Bits bekam.</translation>
    </message>
    <message>
        <source>Loss against bytes</source>
        <translation>Verlust gegen Bytes</translation>
    </message>
    <message>
        <source>log</source>
        <translation>log</translation>
    </message>
    <message>
        <source>Logarithmic or linear loss. On the linear axis the price of a byte is a straight line.</source>
        <translation>Verlust logarithmisch oder linear. Auf der linearen Achse ist der Preis eines Bytes eine Gerade.</translation>
    </message>
    <message>
        <source>– – price of a byte</source>
        <translation>– – Preis eines Bytes</translation>
    </message>
    <message>
        <source>What the next byte of the budget would save anywhere in the model. No format of this matrix lies below this line through the chosen one: nothing it could become is worth its bytes more.</source>
        <translation>Was das nächste Byte des Budgets irgendwo im Modell sparte. Kein Format dieser Matrix liegt unter dieser Linie durch das gewählte: nichts, was sie werden könnte, ist seine Bytes mehr wert.</translation>
    </message>
    <message>
        <source>linear</source>
        <translation>linear</translation>
    </message>
    <message>
        <source>weights</source>
        <translation>Gewichte</translation>
    </message>
    <message>
        <source>The histogram of the weights with the levels they are rounded to, or the loss against bytes</source>
        <translation>Das Histogramm der Gewichte mit den Stufen, auf die gerundet wird, oder der Verlust gegen Bytes</translation>
    </message>
    <message>
        <source>Weights</source>
        <translation>Gewichte</translation>
    </message>
    <message>
        <source>loss</source>
        <translation>Verlust</translation>
    </message>
</context>
<context>
    <name>dq::ui::InspectorPlot</name>
    <message>
        <source>: no loss</source>
        <translation>: kein Verlust</translation>
    </message>
    <message>
        <source>Loss of the selected matrix against its size</source>
        <translation>Verlust der gewählten Matrix gegen ihre Größe</translation>
    </message>
    <message>
        <source>&lt;b&gt;%1&lt;/b&gt;%2&lt;br&gt;%3 · loss %4</source>
        <translation>&lt;b&gt;%1&lt;/b&gt;%2&lt;br&gt;%3 · Verlust %4</translation>
    </message>
    <message>
        <source>, chosen</source>
        <translation>, gewählt</translation>
    </message>
</context>
<context>
    <name>dq::ui::JobQueue</name>
    <message>
        <source>waiting</source>
        <translation>wartet</translation>
    </message>
    <message>
        <source>starting</source>
        <translation>beginnt</translation>
    </message>
    <message>
        <source>stopping</source>
        <translation>hält an</translation>
    </message>
    <message>
        <source>done</source>
        <translation>fertig</translation>
    </message>
    <message>
        <source>failed</source>
        <translation>gescheitert</translation>
    </message>
    <message>
        <source>cancelled</source>
        <translation>abgebrochen</translation>
    </message>
</context>
<context>
    <name>dq::ui::JobsModel</name>
    <message>
        <source>job</source>
        <translation>Auftrag</translation>
    </message>
    <message>
        <source>state</source>
        <translation>Stand</translation>
    </message>
    <message>
        <source>done</source>
        <translation>fertig</translation>
    </message>
    <message>
        <source>rate</source>
        <translation>Tempo</translation>
    </message>
    <message>
        <source>time left</source>
        <translation>Restzeit</translation>
    </message>
</context>
<context>
    <name>dq::ui::JobsPage</name>
    <message>
        <source>cancel</source>
        <translation>abbrechen</translation>
    </message>
    <message>
        <source>Stop the selected job; what it finished is kept</source>
        <translation>Den gewählten Auftrag anhalten; was er fertig hat, bleibt</translation>
    </message>
    <message>
        <source>clear ended</source>
        <translation>Beendete weg</translation>
    </message>
    <message>
        <source>Take jobs that have ended from the list</source>
        <translation>Beendete Aufträge aus der Liste nehmen</translation>
    </message>
    <message>
        <source>Measuring and exporting show here, one after the other, with what they have to say.</source>
        <translation>Messen und Exportieren erscheinen hier, eins nach dem anderen, mit dem, was sie zu sagen haben.</translation>
    </message>
    <message>
        <source>Jobs</source>
        <translation>Aufträge</translation>
    </message>
    <message>
        <source>Log of the selected job</source>
        <translation>Protokoll des gewählten Auftrags</translation>
    </message>
</context>
<context>
    <name>dq::ui::MainWindow</name>
    <message>
        <source> – DynaQuant</source>
        <translation> – DynaQuant</translation>
    </message>
    <message>
        <source>DynaQuant</source>
        <translation>DynaQuant</translation>
    </message>
    <message>
        <source>Undo</source>
        <translation>Rückgängig</translation>
    </message>
    <message>
        <source>Redo</source>
        <translation>Wiederholen</translation>
    </message>
    <message>
        <source>Not measured yet: choose a calibration text and measure.</source>
        <translation>Noch nicht gemessen: einen Kalibriertext wählen und messen.</translation>
    </message>
    <message>
        <source>About DynaQuant</source>
        <translation>Über DynaQuant</translation>
    </message>
    <message>
        <source>&lt;b&gt;DynaQuant %1&lt;/b&gt;&lt;p&gt;Picks a quantization format for every weight matrix of a language model.&lt;/p&gt;&lt;p&gt;GPL-3.0-or-later. Built with Qt and QCustomPlot.&lt;/p&gt;</source>
        <translation>&lt;b&gt;DynaQuant %1&lt;/b&gt;&lt;p&gt;Wählt für jede Gewichtsmatrix eines Sprachmodells ein Quantisierungsformat.&lt;/p&gt;&lt;p&gt;GPL-3.0-or-later. Gebaut mit Qt und QCustomPlot.&lt;/p&gt;</translation>
    </message>
    <message>
        <source>Still running</source>
        <translation>Läuft noch</translation>
    </message>
    <message>
        <source>%1 is still running. What is finished is kept. Stop it and close?</source>
        <translation>%1 läuft noch. Was fertig ist, bleibt. Anhalten und schließen?</translation>
    </message>
    <message>
        <source>Exporting</source>
        <translation>Exportieren</translation>
    </message>
    <message>
        <source>Exported to %1 and verified: every tensor was read back and compared.</source>
        <translation>Nach %1 exportiert und geprüft: jeder Tensor wurde zurückgelesen und verglichen.</translation>
    </message>
    <message>
        <source>Save picture of the front</source>
        <translation>Bild der Front speichern</translation>
    </message>
    <message>
        <source>Pictures (*.png *.svg *.pdf)</source>
        <translation>Bilder (*.png *.svg *.pdf)</translation>
    </message>
    <message>
        <source>%1: pictures are saved as .png, .svg or .pdf.</source>
        <translation>%1: Bilder werden als .png, .svg oder .pdf gespeichert.</translation>
    </message>
    <message>
        <source>Picture saved to %1.</source>
        <translation>Bild in %1 gespeichert.</translation>
    </message>
    <message>
        <source>Save data of the front</source>
        <translation>Daten der Front speichern</translation>
    </message>
    <message>
        <source>Tables (*.csv)</source>
        <translation>Tabellen (*.csv)</translation>
    </message>
    <message>
        <source>Data saved to %1.</source>
        <translation>Daten in %1 gespeichert.</translation>
    </message>
    <message>
        <source>Open a checkpoint folder</source>
        <translation>Einen Checkpoint-Ordner öffnen</translation>
    </message>
    <message>
        <source>%1 is still running: wait for it or cancel it before opening another model.</source>
        <translation>%1 läuft noch: abwarten oder abbrechen, bevor ein anderes Modell geöffnet wird.</translation>
    </message>
    <message>
        <source>The demo model is not installed beside the program.</source>
        <translation>Das Demomodell ist neben dem Programm nicht installiert.</translation>
    </message>
    <message>
        <source>Calibration text</source>
        <translation>Kalibriertext</translation>
    </message>
    <message>
        <source>Text files (*.txt *.utf8 *.md);;All files (*)</source>
        <translation>Textdateien (*.txt *.utf8 *.md);;Alle Dateien (*)</translation>
    </message>
    <message>
        <source>Choose a calibration text first.</source>
        <translation>Zuerst einen Kalibriertext wählen.</translation>
    </message>
    <message>
        <source>The calibration text %1 is not there.</source>
        <translation>Der Kalibriertext %1 ist nicht da.</translation>
    </message>
    <message>
        <source>Measuring</source>
        <translation>Messen</translation>
    </message>
    <message>
        <source>Evaluating</source>
        <translation>Auswerten</translation>
    </message>
    <message>
        <source>Checking the front</source>
        <translation>Front prüfen</translation>
    </message>
    <message>
        <source>The front was checked: %1.</source>
        <translation>Die Front wurde geprüft: %1.</translation>
    </message>
    <message>
        <source>Save recipe</source>
        <translation>Rezept speichern</translation>
    </message>
    <message>
        <source>Recipes (*.json)</source>
        <translation>Rezepte (*.json)</translation>
    </message>
    <message>
        <source>Recipe saved to %1.</source>
        <translation>Rezept in %1 gespeichert.</translation>
    </message>
    <message>
        <source>The worker program dynaquant-cli was not found beside this program or in PATH.</source>
        <translation>Das Arbeitsprogramm dynaquant-cli wurde weder neben diesem Programm noch in PATH gefunden.</translation>
    </message>
    <message>
        <source>%1 was cancelled. What was finished is kept.</source>
        <translation>%1 wurde abgebrochen. Was fertig war, bleibt.</translation>
    </message>
    <message>
        <source>stopping…</source>
        <translation>hält an…</translation>
    </message>
    <message>
        <source>%1 left</source>
        <translation>noch %1</translation>
    </message>
    <message>
        <source>%1 waiting</source>
        <translation>%1 warten</translation>
    </message>
    <message>
        <source>&amp;Open…</source>
        <translation>Ö&amp;ffnen…</translation>
    </message>
    <message>
        <source>Open r&amp;ecipe…</source>
        <translation>R&amp;ezept öffnen…</translation>
    </message>
    <message>
        <source>Pin the formats a recipe gives, where its matrices are those of this model</source>
        <translation>Die Formate eines Rezepts festhalten, wo seine Matrizen die dieses Modells sind</translation>
    </message>
    <message>
        <source>&amp;Save recipe…</source>
        <translation>Rezept &amp;speichern…</translation>
    </message>
    <message>
        <source>Save which format each matrix gets, as JSON</source>
        <translation>Als JSON speichern, welches Format jede Matrix bekommt</translation>
    </message>
    <message>
        <source>&amp;Export…</source>
        <translation>E&amp;xportieren…</translation>
    </message>
    <message>
        <source>Write the quantized checkpoint and verify it</source>
        <translation>Den quantisierten Checkpoint schreiben und prüfen</translation>
    </message>
    <message>
        <source>&amp;Close model</source>
        <translation>Modell s&amp;chließen</translation>
    </message>
    <message>
        <source>Back to the start page</source>
        <translation>Zurück zur Startseite</translation>
    </message>
    <message>
        <source>&amp;Quit</source>
        <translation>&amp;Beenden</translation>
    </message>
    <message>
        <source>&amp;Measure</source>
        <translation>&amp;Messen</translation>
    </message>
    <message>
        <source>Measure how much every matrix minds every format</source>
        <translation>Messen, wie sehr jeder Matrix jedes Format ausmacht</translation>
    </message>
    <message>
        <source>Check the &amp;front</source>
        <translation>&amp;Front prüfen</translation>
    </message>
    <message>
        <source>Run the model at points of the front, and learn from what it does</source>
        <translation>Das Modell an Punkten der Front ausführen und daraus lernen</translation>
    </message>
    <message>
        <source>&amp;Evaluate this recipe</source>
        <translation>Dieses Rezept &amp;auswerten</translation>
    </message>
    <message>
        <source>Run the choice in hand on the evaluation text, and draw what it does beside the prediction</source>
        <translation>Die jetzige Wahl auf dem Auswertungstext ausführen und neben der Vorhersage zeichnen, was sie tut</translation>
    </message>
    <message>
        <source>&amp;Cancel the running job</source>
        <translation>Laufenden Auftrag a&amp;bbrechen</translation>
    </message>
    <message>
        <source>Stop what is running</source>
        <translation>Anhalten, was läuft</translation>
    </message>
    <message>
        <source>&amp;Undo</source>
        <translation>&amp;Rückgängig</translation>
    </message>
    <message>
        <source>&amp;Redo</source>
        <translation>&amp;Wiederholen</translation>
    </message>
    <message>
        <source>&amp;Pin the selected matrices</source>
        <translation>Ausgewählte Matrizen &amp;festhalten</translation>
    </message>
    <message>
        <source>Keep the formats they have now, whatever the budget</source>
        <translation>Die Formate behalten, die sie jetzt haben, bei jedem Budget</translation>
    </message>
    <message>
        <source>&amp;Clear all constraints</source>
        <translation>Alle Vorgaben &amp;aufheben</translation>
    </message>
    <message>
        <source>Let the budget decide again for every matrix</source>
        <translation>Wieder das Budget über jede Matrix entscheiden lassen</translation>
    </message>
    <message>
        <source>&amp;Take a snapshot</source>
        <translation>&amp;Schnappschuss aufnehmen</translation>
    </message>
    <message>
        <source>Put the choice aside to compare with</source>
        <translation>Die Wahl zum Vergleichen beiseitelegen</translation>
    </message>
    <message>
        <source>One step s&amp;maller</source>
        <translation>Ein Schritt &amp;kleiner</translation>
    </message>
    <message>
        <source>The next smaller point of the front</source>
        <translation>Der nächstkleinere Punkt der Front</translation>
    </message>
    <message>
        <source>One step &amp;larger</source>
        <translation>Ein Schritt &amp;größer</translation>
    </message>
    <message>
        <source>The next larger point of the front</source>
        <translation>Der nächstgrößere Punkt der Front</translation>
    </message>
    <message>
        <source>To the &amp;knee</source>
        <translation>Zum K&amp;nie</translation>
    </message>
    <message>
        <source>Where the curve bends most on linear axes</source>
        <translation>Wo die Kurve auf linearen Achsen am stärksten knickt</translation>
    </message>
    <message>
        <source>&amp;About DynaQuant</source>
        <translation>&amp;Über DynaQuant</translation>
    </message>
    <message>
        <source>Version and licence</source>
        <translation>Version und Lizenz</translation>
    </message>
    <message>
        <source>&amp;Logarithmic loss</source>
        <translation>Verlust &amp;logarithmisch</translation>
    </message>
    <message>
        <source>Logarithmic or linear loss axis</source>
        <translation>Verlustachse logarithmisch oder linear</translation>
    </message>
    <message>
        <source>Loss as &amp;perplexity</source>
        <translation>Verlust als &amp;Perplexität</translation>
    </message>
    <message>
        <source>What perplexity grows by, in place of nats per token</source>
        <translation>Um wie viel die Perplexität steigt, statt Nats je Token</translation>
    </message>
    <message>
        <source>Zoom &amp;in</source>
        <translation>&amp;Vergrößern</translation>
    </message>
    <message>
        <source>Look closer at the current point</source>
        <translation>Näher an den jetzigen Punkt</translation>
    </message>
    <message>
        <source>Zoom &amp;out</source>
        <translation>Ver&amp;kleinern</translation>
    </message>
    <message>
        <source>See more of the front</source>
        <translation>Mehr von der Front sehen</translation>
    </message>
    <message>
        <source>&amp;Whole front</source>
        <translation>&amp;Ganze Front</translation>
    </message>
    <message>
        <source>See all of the front</source>
        <translation>Die ganze Front sehen</translation>
    </message>
    <message>
        <source>Compare with other &amp;allocators</source>
        <translation>Mit anderen Ver&amp;fahren vergleichen</translation>
    </message>
    <message>
        <source>Draw what other rules make of the same table</source>
        <translation>Zeichnen, was andere Regeln aus derselben Tabelle machen</translation>
    </message>
    <message>
        <source>Compare with other &amp;metrics</source>
        <translation>Mit anderen &amp;Metriken vergleichen</translation>
    </message>
    <message>
        <source>Draw what the front would be, chosen by another metric</source>
        <translation>Zeichnen, wie die Front wäre, nach einer anderen Metrik gewählt</translation>
    </message>
    <message>
        <source>&amp;Floor of any choice</source>
        <translation>&amp;Boden jeder Wahl</translation>
    </message>
    <message>
        <source>Draw the reverse water-filling bound</source>
        <translation>Die Schranke des umgekehrten Wasserfüllens zeichnen</translation>
    </message>
    <message>
        <source>Save &amp;picture of the front…</source>
        <translation>&amp;Bild der Front speichern…</translation>
    </message>
    <message>
        <source>As PNG, SVG or PDF</source>
        <translation>Als PNG, SVG oder PDF</translation>
    </message>
    <message>
        <source>Save &amp;data of the front…</source>
        <translation>&amp;Daten der Front speichern…</translation>
    </message>
    <message>
        <source>Every point of the front and what is compared, as CSV</source>
        <translation>Jeder Punkt der Front und das Verglichene, als CSV</translation>
    </message>
    <message>
        <source>&amp;File</source>
        <translation>&amp;Datei</translation>
    </message>
    <message>
        <source>Open &amp;recent</source>
        <translation>Zu&amp;letzt geöffnet</translation>
    </message>
    <message>
        <source>Open the &amp;demo</source>
        <translation>De&amp;mo öffnen</translation>
    </message>
    <message>
        <source>&amp;Model</source>
        <translation>&amp;Modell</translation>
    </message>
    <message>
        <source>&amp;View</source>
        <translation>&amp;Ansicht</translation>
    </message>
    <message>
        <source>&amp;Colours</source>
        <translation>&amp;Farben</translation>
    </message>
    <message>
        <source>Lan&amp;guage</source>
        <translation>&amp;Sprache</translation>
    </message>
    <message>
        <source>&amp;Help</source>
        <translation>&amp;Hilfe</translation>
    </message>
    <message>
        <source>&amp;Edit</source>
        <translation>&amp;Bearbeiten</translation>
    </message>
    <message>
        <source>&amp;Selected matrices</source>
        <translation>Aus&amp;gewählte Matrizen</translation>
    </message>
    <message>
        <source>As the &amp;system</source>
        <translation>Wie das &amp;System</translation>
    </message>
    <message>
        <source>&amp;Light</source>
        <translation>&amp;Hell</translation>
    </message>
    <message>
        <source>&amp;Dark</source>
        <translation>&amp;Dunkel</translation>
    </message>
    <message>
        <source>Open recipe</source>
        <translation>Rezept öffnen</translation>
    </message>
    <message>
        <source>Open and measure the model first: a recipe says nothing without one.</source>
        <translation>Zuerst das Modell öffnen und messen: ohne eines sagt ein Rezept nichts.</translation>
    </message>
    <message>
        <source>%1 fits no matrix of this model.</source>
        <translation>%1 passt auf keine Matrix dieses Modells.</translation>
    </message>
    <message>
        <source>Another model's recipe</source>
        <translation>Rezept eines anderen Modells</translation>
    </message>
    <message>
        <source>%1 does not fit this model. Apply it to the %2 matrices whose names match?</source>
        <translation>%1 passt nicht auf dieses Modell. Auf die %2 Matrizen anwenden, deren Namen übereinstimmen?</translation>
    </message>
    <message>
        <source>&amp;Decode speed…</source>
        <translation>Dekodier&amp;tempo…</translation>
    </message>
    <message>
        <source>Keep a number of tokens a second beside the size</source>
        <translation>Neben der Größe eine Zahl von Token je Sekunde einhalten</translation>
    </message>
    <message>
        <source>Open a file</source>
        <translation>Eine Datei öffnen</translation>
    </message>
    <message>
        <source>Models and tables (*.gguf *.h5 config.json);;All files (*)</source>
        <translation>Modelle und Tabellen (*.gguf *.h5 config.json);;Alle Dateien (*)</translation>
    </message>
    <message>
        <source>A measurement of this model was interrupted: %1 of %2 parts are kept, about %3 % is left.</source>
        <translation>Eine Messung dieses Modells wurde unterbrochen: %1 von %2 Teilen sind da, etwa %3 % fehlen.</translation>
    </message>
    <message>
        <source>A measurement of this model on %1 was interrupted: %2 of %3 parts are kept, about %4 % is left.</source>
        <translation>Eine Messung dieses Modells an %1 wurde unterbrochen: %2 von %3 Teilen sind da, etwa %4 % fehlen.</translation>
    </message>
    <message>
        <source>Go on measuring</source>
        <translation>Weitermessen</translation>
    </message>
    <message>
        <source>Open a &amp;file…</source>
        <translation>&amp;Datei öffnen…</translation>
    </message>
    <message>
        <source>Open a GGUF file of F32, F16 or BF16 weights, or a measured table</source>
        <translation>Eine GGUF-Datei mit Gewichten in F32, F16 oder BF16 öffnen, oder eine gemessene Tabelle</translation>
    </message>
</context>
<context>
    <name>dq::ui::MapCard</name>
    <message>
        <source>Bits by layer</source>
        <translation>Bits je Schicht</translation>
    </message>
    <message>
        <source>Colour the &amp;map by</source>
        <translation>&amp;Karte färben nach</translation>
    </message>
    <message>
        <source>&amp;Experts</source>
        <translation>&amp;Experten</translation>
    </message>
    <message>
        <source>What the cells are coloured by</source>
        <translation>Wonach die Zellen gefärbt sind</translation>
    </message>
    <message>
        <source>Colour of the map</source>
        <translation>Farbe der Karte</translation>
    </message>
    <message>
        <source>Open the experts of a layer: layer by expert (double-click a cell of experts)</source>
        <translation>Die Experten einer Schicht öffnen: Schicht mal Experte (Doppelklick auf eine Zelle mit Experten)</translation>
    </message>
    <message>
        <source>Experts</source>
        <translation>Experten</translation>
    </message>
    <message>
        <source>colour: %1 ▾</source>
        <translation>Farbe: %1 ▾</translation>
    </message>
    <message>
        <source>Constraints</source>
        <translation>Vorgaben</translation>
    </message>
    <message>
        <source>What you insist on, and how much more is lost at the same bytes than without.
Right-click cells of the map or rows of the table to pin, ban or limit their formats.</source>
        <translation>Was vorgegeben ist und wie viel mehr bei gleich vielen Bytes verloren geht als ohne.
Rechtsklick auf Zellen der Karte oder Zeilen der Tabelle, um Formate festzuhalten, auszuschließen oder zu begrenzen.</translation>
    </message>
    <message>
        <source>clear all</source>
        <translation>alle aufheben</translation>
    </message>
    <message>
        <source>Let the budget decide again for every matrix (Ctrl+Shift+K)</source>
        <translation>Wieder das Budget über jede Matrix entscheiden lassen (Strg+Umschalt+K)</translation>
    </message>
    <message>
        <source>All roles by layer</source>
        <translation>Alle Rollen nach Schicht</translation>
    </message>
    <message>
        <source>%1, layer by expert</source>
        <translation>%1, Schicht mal Experte</translation>
    </message>
    <message>
        <source>experts ▾</source>
        <translation>Experten ▾</translation>
    </message>
    <message>
        <source>experts: %1 ▾</source>
        <translation>Experten: %1 ▾</translation>
    </message>
    <message>
        <source>Layer by expert</source>
        <translation>Schicht mal Experte</translation>
    </message>
</context>
<context>
    <name>dq::ui::MatrixModel</name>
    <message>
        <source>The weight matrix, as the checkpoint names it</source>
        <translation>Die Gewichtsmatrix, wie der Checkpoint sie nennt</translation>
    </message>
    <message>
        <source>What the matrix does in its layer</source>
        <translation>Was die Matrix in ihrer Schicht tut</translation>
    </message>
    <message>
        <source>Which layer it belongs to</source>
        <translation>Zu welcher Schicht sie gehört</translation>
    </message>
    <message>
        <source>Outputs × inputs</source>
        <translation>Ausgaben × Eingaben</translation>
    </message>
    <message>
        <source>The format the budget gives it</source>
        <translation>Das Format, das ihr das Budget gibt</translation>
    </message>
    <message>
        <source>Bits per weight, scales counted</source>
        <translation>Bits je Gewicht, Skalen mitgezählt</translation>
    </message>
    <message>
        <source>Bytes it takes, scales counted</source>
        <translation>Bytes, die sie einnimmt, Skalen mitgezählt</translation>
    </message>
    <message>
        <source>What its rounding is predicted to cost</source>
        <translation>Was ihr Runden voraussichtlich kostet</translation>
    </message>
    <message>
        <source>What the next step up would save, per megabyte</source>
        <translation>Was der nächste Schritt nach oben sparte, je Megabyte</translation>
    </message>
    <message>
        <source>Bits per weight, less those of the snapshot compared with; –: the same format</source>
        <translation>Bits je Gewicht, weniger die des verglichenen Schnappschusses; –: dasselbe Format</translation>
    </message>
    <message>
        <source>loss</source>
        <translation>Verlust</translation>
    </message>
    <message>
        <source>loss (%1%2)</source>
        <translation>Verlust (%1%2)</translation>
    </message>
    <message>
        <source>price (per MB)</source>
        <translation>Preis (je MB)</translation>
    </message>
    <message>
        <source>price (%1%2/MB)</source>
        <translation>Preis (%1%2/MB)</translation>
    </message>
    <message>
        <source>matrix</source>
        <translation>Matrix</translation>
    </message>
    <message>
        <source>role</source>
        <translation>Rolle</translation>
    </message>
    <message>
        <source>layer</source>
        <translation>Schicht</translation>
    </message>
    <message>
        <source>shape</source>
        <translation>Form</translation>
    </message>
    <message>
        <source>format</source>
        <translation>Format</translation>
    </message>
    <message>
        <source>bits</source>
        <translation>Bits</translation>
    </message>
    <message>
        <source>size</source>
        <translation>Größe</translation>
    </message>
    <message>
        <source>change</source>
        <translation>Änderung</translation>
    </message>
</context>
<context>
    <name>dq::ui::MeasureCard</name>
    <message>
        <source>Not measured yet</source>
        <translation>Noch nicht gemessen</translation>
    </message>
    <message>
        <source>Back to the front</source>
        <translation>Zurück zur Front</translation>
    </message>
    <message>
        <source>Keep the table there is</source>
        <translation>Die vorhandene Tabelle behalten</translation>
    </message>
    <message>
        <source>Measuring runs the model once forward and backward over a calibration text and rounds every matrix to every format. The result is kept: next time the front is there at once.</source>
        <translation>Messen führt das Modell einmal vorwärts und rückwärts über einen Kalibriertext aus und rundet jede Matrix in jedes Format. Das Ergebnis bleibt: nächstes Mal ist die Front sofort da.</translation>
    </message>
    <message>
        <source>Calibration text</source>
        <translation>Kalibriertext</translation>
    </message>
    <message>
        <source>a UTF-8 text like what the model will read</source>
        <translation>ein UTF-8-Text wie das, was das Modell lesen wird</translation>
    </message>
    <message>
        <source>The text the model is measured on. Best is text like what it will be used for.</source>
        <translation>Der Text, auf dem das Modell gemessen wird. Am besten einer wie der, wofür es gebraucht wird.</translation>
    </message>
    <message>
        <source>Choose…</source>
        <translation>Wählen…</translation>
    </message>
    <message>
        <source>Choose the calibration text</source>
        <translation>Den Kalibriertext wählen</translation>
    </message>
    <message>
        <source>Documents end at</source>
        <translation>Dokumente enden mit</translation>
    </message>
    <message>
        <source>nothing: one long text</source>
        <translation>nichts: ein langer Text</translation>
    </message>
    <message>
        <source>The mark between documents in the text; each document is then read on its own</source>
        <translation>Das Zeichen zwischen Dokumenten im Text; jedes Dokument wird für sich gelesen</translation>
    </message>
    <message>
        <source>Measure</source>
        <translation>Messen</translation>
    </message>
    <message>
        <source>Start measuring in the background</source>
        <translation>Mit dem Messen im Hintergrund beginnen</translation>
    </message>
    <message>
        <source>Error feedback too (GPTQ)</source>
        <translation>Auch mit Fehlerrückführung (GPTQ)</translation>
    </message>
    <message>
        <source>Better codes at 2 to 4 bits, as formats “gptq”. Takes longer, and keeps the Hessian of every input beside the table: two bytes times the square of its width</source>
        <translation>Bessere Codes bei 2 bis 4 Bit, als Formate „gptq“. Dauert länger und behält neben der Tabelle die Hesse-Matrix jeder Eingabe: zwei Bytes mal das Quadrat ihrer Breite</translation>
    </message>
    <message>
        <source>Scales under the Fisher diagonal too</source>
        <translation>Auch Skalen nach der Fisher-Diagonale</translation>
    </message>
    <message>
        <source>Scales that go by how much each weight matters, as formats “fisher”. Keeps a byte for every weight beside the table</source>
        <translation>Skalen, die danach gehen, wie viel jedes Gewicht zählt, als Formate „fisher“. Behält neben der Tabelle ein Byte für jedes Gewicht</translation>
    </message>
    <message>
        <source>Measuring</source>
        <translation>Messen</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>Abbrechen</translation>
    </message>
    <message>
        <source>Stop measuring. What is finished is kept and not measured again.</source>
        <translation>Das Messen anhalten. Was fertig ist, bleibt und wird nicht noch einmal gemessen.</translation>
    </message>
    <message>
        <source>Measure again</source>
        <translation>Noch einmal messen</translation>
    </message>
    <message>
        <source>starting…</source>
        <translation>beginnt…</translation>
    </message>
    <message>
        <source> · %1 of %2 matrices</source>
        <translation> · %1 von %2 Matrizen</translation>
    </message>
    <message>
        <source>A guess from the sizes of the matrices, good to a factor of three</source>
        <translation>Eine Schätzung aus den Größen der Matrizen, auf einen Faktor drei genau</translation>
    </message>
    <message>
        <source>The front of what is measured so far</source>
        <translation>Die Front dessen, was schon gemessen ist</translation>
    </message>
</context>
<context>
    <name>dq::ui::Session</name>
    <message>
        <source>At %1 it measures %2 nats per token (95 %: %3 to %4), predicted were %5; perplexity × %6 (%7 to %8), on %9 tokens.</source>
        <translation>Bei %1 misst es %2 Nats je Token (95 %: %3 bis %4), vorhergesagt waren %5; Perplexität × %6 (%7 bis %8), auf %9 Token.</translation>
    </message>
    <message>
        <source>knee %1 b/w (%2–%3)</source>
        <translation>Knie %1 b/w (%2–%3)</translation>
    </message>
    <message>
        <source>%1, because it is pinned. Right-click its cell of the map to change that.</source>
        <translation>%1, weil es festgehalten ist. Rechtsklick auf die Zelle der Karte ändert das.</translation>
    </message>
    <message>
        <source>%1 fills bytes that were left over: the next full step no longer fits the budget.</source>
        <translation>%1 füllt übrig gebliebene Bytes: der nächste ganze Schritt passt nicht mehr ins Budget.</translation>
    </message>
    <message>
        <source>%1: nothing it could become would lose less.</source>
        <translation>%1: nichts, was sie werden könnte, verlöre weniger.</translation>
    </message>
    <message>
        <source>%1: stepping up to %2 would save %3, more than the budget's price of %4, but the step is larger than the bytes left.</source>
        <translation>%1: der Schritt zu %2 sparte %3, mehr als der Preis des Budgets von %4, ist aber größer als die übrigen Bytes.</translation>
    </message>
    <message>
        <source>%1 is its smallest format: stepping up to %2 would save only %3, and the budget stops at %4.</source>
        <translation>%1 ist ihr kleinstes Format: der Schritt zu %2 sparte nur %3, und das Budget endet bei %4.</translation>
    </message>
    <message>
        <source>%1: the next step up, %2, would save %3; the budget stops at %4. The step to here saved %5.</source>
        <translation>%1: der nächste Schritt, %2, sparte %3; das Budget endet bei %4. Der Schritt hierher sparte %5.</translation>
    </message>
    <message>
        <source>group: %1</source>
        <translation>Gruppe: %1</translation>
    </message>
    <message>
        <source>group: none</source>
        <translation>Gruppe: keine</translation>
    </message>
    <message>
        <source>bits per weight</source>
        <translation>Bits je Gewicht</translation>
    </message>
    <message>
        <source>Codes, scales and zero points</source>
        <translation>Codes, Skalen und Nullpunkte</translation>
    </message>
    <message>
        <source>size</source>
        <translation>Größe</translation>
    </message>
    <message>
        <source>predicted loss</source>
        <translation>vorhergesagter Verlust</translation>
    </message>
    <message>
        <source>Half the Fisher-weighted squared rounding error: its share of the divergence from the original</source>
        <translation>Der halbe Fisher-gewichtete quadrierte Rundungsfehler: ihr Anteil an der Abweichung vom Original</translation>
    </message>
    <message>
        <source>next step up saves</source>
        <translation>nächster Schritt spart</translation>
    </message>
    <message>
        <source>nothing</source>
        <translation>nichts</translation>
    </message>
    <message>
        <source>What the next format on its hull would save, per megabyte spent</source>
        <translation>Was das nächste Format auf ihrer Hülle sparte, je ausgegebenem Megabyte</translation>
    </message>
    <message>
        <source>Fisher trace</source>
        <translation>Fisher-Spur</translation>
    </message>
    <message>
        <source>Σ h over the matrix: how strongly the loss reacts to its weights, in nats per token per squared weight</source>
        <translation>Σ h über die Matrix: wie stark der Verlust auf ihre Gewichte reagiert, in Nats je Token und quadriertem Gewicht</translation>
    </message>
    <message>
        <source>mean w²</source>
        <translation>Mittel von w²</translation>
    </message>
    <message>
        <source>Mean square of the weights</source>
        <translation>Mittleres Quadrat der Gewichte</translation>
    </message>
    <message>
        <source>kurtosis</source>
        <translation>Kurtosis</translation>
    </message>
    <message>
        <source>3 for a Gaussian; larger means heavier tails, which rounding likes less</source>
        <translation>3 bei einer Normalverteilung; größer heißt schwerere Ränder, die das Runden weniger mag</translation>
    </message>
    <message>
        <source>outlier ratio</source>
        <translation>Ausreißerverhältnis</translation>
    </message>
    <message>
        <source>Largest weight over the root mean square</source>
        <translation>Größtes Gewicht durch das quadratische Mittel</translation>
    </message>
    <message>
        <source>largest |w|</source>
        <translation>größtes |w|</translation>
    </message>
    <message>
        <source>The largest weight, without its sign</source>
        <translation>Das größte Gewicht, ohne Vorzeichen</translation>
    </message>
    <message>
        <source>Constraint: %1.</source>
        <translation>Vorgabe: %1.</translation>
    </message>
    <message>
        <source>It was made for another model, %1; this is %2.</source>
        <translation>Es wurde für ein anderes Modell gemacht, %1; dies ist %2.</translation>
    </message>
    <message>
        <source>%1 of its matrices are not in this model</source>
        <translation>%1 seiner Matrizen sind nicht in diesem Modell</translation>
    </message>
    <message>
        <source>%1 matrices of this model are not in it</source>
        <translation>%1 Matrizen dieses Modells sind nicht darin</translation>
    </message>
    <message>
        <source>%1 of its matrices have formats that were not measured</source>
        <translation>%1 seiner Matrizen haben Formate, die nicht gemessen wurden</translation>
    </message>
    <message>
        <source>budget %1</source>
        <translation>Budget %1</translation>
    </message>
    <message>
        <source>pin %1</source>
        <translation>%1 festhalten</translation>
    </message>
    <message>
        <source>pin %1 to %2</source>
        <translation>%1 auf %2 festhalten</translation>
    </message>
    <message>
        <source>ban %1 from %2</source>
        <translation>%1 ausschließen bei %2</translation>
    </message>
    <message>
        <source>at least %1 bits for %2</source>
        <translation>mindestens %1 Bit für %2</translation>
    </message>
    <message>
        <source>at most %1 bits for %2</source>
        <translation>höchstens %1 Bit für %2</translation>
    </message>
    <message>
        <source>no constraints on %1</source>
        <translation>keine Vorgaben für %1</translation>
    </message>
    <message>
        <source>no constraints</source>
        <translation>keine Vorgaben</translation>
    </message>
    <message>
        <source>%1 matrices</source>
        <translation>%1 Matrizen</translation>
    </message>
    <message>
        <source>No choice within this budget can lose less than %1, and this one loses no more.</source>
        <translation>Keine Wahl in diesem Budget kann weniger als %1 verlieren, und diese verliert nicht mehr.</translation>
    </message>
    <message>
        <source>No choice within this budget can lose less than %1; this one loses %2 % more at most.</source>
        <translation>Keine Wahl in diesem Budget kann weniger als %1 verlieren; diese verliert höchstens %2 % mehr.</translation>
    </message>
    <message>
        <source>1 constraint</source>
        <translation>1 Vorgabe</translation>
    </message>
    <message>
        <source>%1 constraints</source>
        <translation>%1 Vorgaben</translation>
    </message>
    <message>
        <source>1 matrix</source>
        <translation>1 Matrix</translation>
    </message>
    <message>
        <source>%1 loss</source>
        <translation>%1 Verlust</translation>
    </message>
    <message>
        <source>logarithmic loss</source>
        <translation>logarithmischer Verlust</translation>
    </message>
    <message>
        <source>linear loss</source>
        <translation>linearer Verlust</translation>
    </message>
    <message>
        <source>loss as perplexity</source>
        <translation>Verlust als Perplexität</translation>
    </message>
    <message>
        <source>loss in nats</source>
        <translation>Verlust in Nats</translation>
    </message>
    <message>
        <source>context %1</source>
        <translation>Kontext %1</translation>
    </message>
    <message>
        <source>a card of %1 GB</source>
        <translation>eine Karte mit %1 GB</translation>
    </message>
    <message>
        <source>no card of one's own</source>
        <translation>keine eigene Karte</translation>
    </message>
    <message>
        <source>recipe %1</source>
        <translation>Rezept %1</translation>
    </message>
    <message>
        <source>equal size</source>
        <translation>gleiche Größe</translation>
    </message>
    <message>
        <source>equal loss</source>
        <translation>gleicher Verlust</translation>
    </message>
    <message>
        <source>loss from nothing</source>
        <translation>Verlust aus dem Nichts</translation>
    </message>
    <message>
        <source>%1 % loss</source>
        <translation>%1 % Verlust</translation>
    </message>
    <message>
        <source>back to %1</source>
        <translation>zurück zu %1</translation>
    </message>
    <message>
        <source>No matrix has another format than in %1.</source>
        <translation>Keine Matrix hat ein anderes Format als in %1.</translation>
    </message>
    <message>
        <source>%1 of %2 matrices have another format</source>
        <translation>%1 von %2 Matrizen haben ein anderes Format</translation>
    </message>
    <message>
        <source>%1 more bits</source>
        <translation>%1 mehr Bits</translation>
    </message>
    <message>
        <source>%1 fewer</source>
        <translation>%1 weniger</translation>
    </message>
    <message>
        <source>%1 as many</source>
        <translation>%1 gleich viele</translation>
    </message>
    <message>
        <source>Against %1: %2 (%3).</source>
        <translation>Gegenüber %1: %2 (%3).</translation>
    </message>
    <message>
        <source>%1 · %2 weight matrices · %3</source>
        <translation>%1 · %2 Gewichtsmatrizen · %3</translation>
    </message>
    <message>
        <source>%1 bits per weight</source>
        <translation>%1 Bits je Gewicht</translation>
    </message>
    <message>
        <source>predicted loss %1 per token (perplexity %2)</source>
        <translation>vorhergesagter Verlust %1 je Token (Perplexität %2)</translation>
    </message>
    <message>
        <source>predicted loss %1</source>
        <translation>vorhergesagter Verlust %1</translation>
    </message>
    <message>
        <source>proven optimal</source>
        <translation>bewiesen optimal</translation>
    </message>
    <message>
        <source>optimal within %1 %</source>
        <translation>optimal bis auf %1 %</translation>
    </message>
    <message>
        <source>coding gain %1</source>
        <translation>Kodiergewinn %1</translation>
    </message>
    <message>
        <source>mixing saves nothing over %1</source>
        <translation>nicht kleiner als %1</translation>
    </message>
    <message>
        <source>mixing saves %1 over %2</source>
        <translation>%1 weniger als %2</translation>
    </message>
    <message>
        <source>measured on %1 tokens · %2</source>
        <translation>gemessen auf %1 Token · %2</translation>
    </message>
    <message>
        <source>not measured yet</source>
        <translation>noch nicht gemessen</translation>
    </message>
    <message>
        <source>%1, %2 bits per weight, %3&lt;br&gt;costs %4</source>
        <translation>%1, %2 Bits je Gewicht, %3&lt;br&gt;kostet %4</translation>
    </message>
    <message>
        <source>was %1 in %2</source>
        <translation>war %1 in %2</translation>
    </message>
    <message>
        <source>its next step up would save %1</source>
        <translation>der nächste Schritt nach oben sparte %1</translation>
    </message>
    <message>
        <source>more bytes would buy nothing here</source>
        <translation>mehr Bytes brächten hier nichts</translation>
    </message>
    <message>
        <source>more bytes buy nothing</source>
        <translation>mehr Bytes bringen nichts</translation>
    </message>
    <message>
        <source>price of a byte %1</source>
        <translation>Preis eines Bytes %1</translation>
    </message>
    <message>
        <source>%1, %2 bits per weight</source>
        <translation>%1, %2 Bits je Gewicht</translation>
    </message>
    <message>
        <source>and %1 that share its format</source>
        <translation>und %1, die ihr Format teilen</translation>
    </message>
    <message>
        <source>no price: it has all the bits that help, %1</source>
        <translation>kein Preis: sie hat alle Bits, die helfen, %1</translation>
    </message>
    <message>
        <source>%1 bits under water → %2</source>
        <translation>%1 Bit unter Wasser → %2</translation>
    </message>
    <message>
        <source>%1 bits out of the water → %2</source>
        <translation>%1 Bit aus dem Wasser → %2</translation>
    </message>
    <message>
        <source>No water left: more bytes would buy nothing.</source>
        <translation>Kein Wasser mehr: mehr Bytes brächten nichts.</translation>
    </message>
    <message>
        <source>No column is under water: each of the %1 groups earns bits at this price.</source>
        <translation>Keine Säule steht unter Wasser: jede der %1 Gruppen verdient zu diesem Preis Bits.</translation>
    </message>
    <message>
        <source>%1 of %2 groups are under water: they earn no bits at this price and have the smallest format they may.</source>
        <translation>%1 von %2 Gruppen stehen unter Wasser: sie verdienen zu diesem Preis keine Bits und haben das kleinste Format, das sie dürfen.</translation>
    </message>
    <message>
        <source>%1 more lose nothing in any format.</source>
        <translation>%1 weitere verlieren in keinem Format etwas.</translation>
    </message>
    <message>
        <source>&lt;b&gt;%1 × %2 of layer %3&lt;/b&gt;</source>
        <translation>&lt;b&gt;%1 × %2 in Schicht %3&lt;/b&gt;</translation>
    </message>
    <message>
        <source>%1 to %2 bits per weight, %3 in the mean&lt;br&gt;%4, cost %5&lt;br&gt;double-click or Enter opens them</source>
        <translation>%1 bis %2 Bits je Gewicht, im Mittel %3&lt;br&gt;%4, kosten %5&lt;br&gt;Doppelklick oder Eingabe öffnet sie</translation>
    </message>
    <message>
        <source>formats %1</source>
        <translation>Formate %1</translation>
    </message>
    <message>
        <source>metric %1</source>
        <translation>Metrik %1</translation>
    </message>
    <message>
        <source>groups %1</source>
        <translation>Gruppen %1</translation>
    </message>
    <message>
        <source>correction</source>
        <translation>Berichtigung</translation>
    </message>
    <message>
        <source>no correction</source>
        <translation>keine Berichtigung</translation>
    </message>
    <message>
        <source>constraints</source>
        <translation>Vorgaben</translation>
    </message>
    <message>
        <source>It can become %1 to %2. Measuring takes about %3 and %4 of memory on this machine.</source>
        <translation>Es kann %1 bis %2 groß werden. Messen braucht auf diesem Rechner etwa %3 und %4 Speicher.</translation>
    </message>
    <message>
        <source>%1 ms a token (%2 a second)</source>
        <translation>%1 ms je Token (%2 je Sekunde)</translation>
    </message>
    <message>
        <source>Choices give %1 to %2 tokens a second on this memory; the one in hand %3.</source>
        <translation>Wahlen geben mit diesem Speicher %1 bis %2 Token je Sekunde; die jetzige %3.</translation>
    </message>
    <message>
        <source>speed of %1 tokens a second</source>
        <translation>Tempo von %1 Token je Sekunde</translation>
    </message>
    <message>
        <source>no speed</source>
        <translation>kein Tempo</translation>
    </message>
    <message>
        <source>%1 was measured by a version of DynaQuant whose quantizers write other bytes: measure again.</source>
        <translation>%1 wurde von einer Version von DynaQuant gemessen, deren Quantisierer andere Bytes schreiben: neu messen.</translation>
    </message>
    <message>
        <source>%1. Whether it is of this model cannot be told: measure, or delete the file.</source>
        <translation>%1. Ob sie von diesem Modell ist, lässt sich nicht sagen: messen, oder die Datei löschen.</translation>
    </message>
    <message>
        <source>A table in the cache was passed over: %1</source>
        <translation>Eine Tabelle im Cache wurde übergangen: %1</translation>
    </message>
    <message>
        <source>What the correction changes is worked out when the budget rests.</source>
        <translation>Was die Berichtigung ändert, wird ausgerechnet, sobald das Budget ruht.</translation>
    </message>
</context>
<context>
    <name>dq::ui::SnapshotModel</name>
    <message>
        <source>name</source>
        <translation>Name</translation>
    </message>
    <message>
        <source>size</source>
        <translation>Größe</translation>
    </message>
    <message>
        <source>bits</source>
        <translation>Bits</translation>
    </message>
    <message>
        <source>loss</source>
        <translation>Verlust</translation>
    </message>
</context>
<context>
    <name>dq::ui::SpeedDialog</name>
    <message>
        <source>Measured costs…</source>
        <translation>Gemessene Kosten…</translation>
    </message>
    <message>
        <source>Formats</source>
        <translation>Formate</translation>
    </message>
    <message>
        <source>What products with packed weights cost on a machine: a file that dynaquant-cli bench-decode --save has written</source>
        <translation>Was Produkte mit gepackten Gewichten auf einem Rechner kosten: eine Datei, die dynaquant-cli bench-decode --save geschrieben hat</translation>
    </message>
    <message>
        <source>Measured costs</source>
        <translation>Gemessene Kosten</translation>
    </message>
    <message>
        <source>Costs (*.json)</source>
        <translation>Kosten (*.json)</translation>
    </message>
    <message>
        <source>%1 measured on %2</source>
        <translation>%1 gemessen auf %2</translation>
    </message>
    <message>
        <source>Keep a speed</source>
        <translation>Ein Tempo einhalten</translation>
    </message>
    <message>
        <source>Memory bandwidth</source>
        <translation>Speicherbandbreite</translation>
    </message>
    <message>
        <source>What the memory with the weights reads in a second</source>
        <translation>Was der Speicher mit den Gewichten in einer Sekunde liest</translation>
    </message>
    <message>
        <source>Tokens a second</source>
        <translation>Token je Sekunde</translation>
    </message>
    <message>
        <source>At least so many tokens a second, of one sequence</source>
        <translation>Mindestens so viele Token je Sekunde, einer Folge</translation>
    </message>
    <message>
        <source>Decode speed</source>
        <translation>Dekodiertempo</translation>
    </message>
    <message>
        <source>The choice then keeps this speed as well as the size</source>
        <translation>Die Wahl hält dann neben der Größe auch dieses Tempo ein</translation>
    </message>
    <message>
        <source>A token reads all weights once (of the experts those it is sent to, of an embedding one row) and the cache of keys and values at the context of the front. Its time is these bytes over what the memory reads in a second: no program is faster, a good one comes near. With measured costs every format has its own rate.</source>
        <translation>Ein Token liest alle Gewichte einmal (von den Experten die, zu denen es geschickt wird, von einer Einbettung eine Zeile) und den Cache der Keys und Values beim Kontext der Front. Seine Zeit sind diese Bytes durch das, was der Speicher in einer Sekunde liest: kein Programm ist schneller, ein gutes kommt nahe heran. Mit gemessenen Kosten hat jedes Format sein eigenes Tempo.</translation>
    </message>
    <message>
        <source>Memory</source>
        <translation>Speicher</translation>
    </message>
    <message>
        <source>What vendors state; type another figure beside it</source>
        <translation>Was Hersteller angeben; daneben lässt sich eine andere Zahl eingeben</translation>
    </message>
    <message>
        <source>another</source>
        <translation>ein anderer</translation>
    </message>
    <message>
        <source> GB/s</source>
        <translation> GB/s</translation>
    </message>
    <message>
        <source>Tokens a second, at least</source>
        <translation>Token je Sekunde, mindestens</translation>
    </message>
    <message>
        <source>Apply</source>
        <translation>Anwenden</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>Abbrechen</translation>
    </message>
    <message>
        <source>Choose under both limits</source>
        <translation>Unter beiden Grenzen wählen</translation>
    </message>
    <message>
        <source>Close without changing anything</source>
        <translation>Schließen, ohne etwas zu ändern</translation>
    </message>
</context>
<context>
    <name>dq::ui::StartPage</name>
    <message>
        <source>memory</source>
        <translation>Speicher</translation>
    </message>
    <message>
        <source>drag the budget, see what it costs</source>
        <translation>das Budget ziehen und sehen, was es kostet</translation>
    </message>
    <message>
        <source>DynaQuant</source>
        <translation>DynaQuant</translation>
    </message>
    <message>
        <source>Choose how many bits every weight matrix of a language model gets. Measure once how much each matrix minds rounding; then drag one budget, see at once what it costs, and export the result.</source>
        <translation>Wählen, wie viele Bits jede Gewichtsmatrix eines Sprachmodells bekommt. Einmal messen, wie sehr jeder Matrix das Runden ausmacht; dann ein Budget ziehen, sofort sehen, was es kostet, und das Ergebnis exportieren.</translation>
    </message>
    <message>
        <source>Open a model…</source>
        <translation>Ein Modell öffnen…</translation>
    </message>
    <message>
        <source>Choose a checkpoint folder</source>
        <translation>Einen Checkpoint-Ordner wählen</translation>
    </message>
    <message>
        <source>Try the demo</source>
        <translation>Die Demo ausprobieren</translation>
    </message>
    <message>
        <source>A small trained model that comes with the program.</source>
        <translation>Ein kleines trainiertes Modell, das mit dem Programm kommt.</translation>
    </message>
    <message>
        <source>Open the bundled demo model</source>
        <translation>Das mitgelieferte Demomodell öffnen</translation>
    </message>
    <message>
        <source>Double-click or press Enter to open</source>
        <translation>Doppelklick oder Eingabetaste öffnet</translation>
    </message>
    <message>
        <source>Recent</source>
        <translation>Zuletzt</translation>
    </message>
    <message>
        <source>Models you open will be listed here.</source>
        <translation>Hier stehen die Modelle, die geöffnet wurden.</translation>
    </message>
    <message>
        <source>Found on this computer</source>
        <translation>Auf diesem Rechner gefunden</translation>
    </message>
    <message>
        <source>No models in the caches of Hugging Face, LM Studio or Ollama.</source>
        <translation>Keine Modelle in den Caches von Hugging Face, LM Studio oder Ollama.</translation>
    </message>
    <message>
        <source>Open a GGUF file or a measured table…</source>
        <translation>Eine GGUF-Datei oder eine gemessene Tabelle öffnen…</translation>
    </message>
    <message>
        <source>A GGUF file of F32, F16 or BF16 weights, or a table without its model</source>
        <translation>Eine GGUF-Datei mit Gewichten in F32, F16 oder BF16, oder eine Tabelle ohne ihr Modell</translation>
    </message>
    <message>
        <source>A Hugging Face folder with config.json and safetensors. Or drop it here, or a GGUF file.</source>
        <translation>Ein Hugging-Face-Ordner mit Safetensors. Oder ihn oder eine GGUF-Datei hierher ziehen.</translation>
    </message>
</context>
<context>
    <name>dq::ui::StatusLine</name>
    <message>
        <source>Choice</source>
        <translation>Wahl</translation>
    </message>
    <message>
        <source>Job</source>
        <translation>Auftrag</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>Abbrechen</translation>
    </message>
    <message>
        <source>Stop the running job</source>
        <translation>Den laufenden Auftrag anhalten</translation>
    </message>
    <message>
        <source>Size of all tensors · bits per weight, scales counted · predicted divergence from the original and what it does to perplexity · how far above the lower bound of any choice of this size</source>
        <translation>Größe aller Tensoren · Bits je Gewicht, Skalen mitgezählt · vorhergesagte Abweichung vom Original und was sie mit der Perplexität macht · wie weit über der unteren Schranke jeder Wahl dieser Größe</translation>
    </message>
</context>
<context>
    <name>dq::ui::TableCard</name>
    <message>
        <source>filter: down layer 10-20 bits&lt;5</source>
        <translation>Filter: down layer 10-20 bits&lt;5</translation>
    </message>
    <message>
        <source>Filter of the table</source>
        <translation>Filter der Tabelle</translation>
    </message>
    <message>
        <source>Words that must be in the name, role or format; «role gate+up», «layer 3», «layer 10-20», «bits&lt;5», «bits&gt;=4», «changed» since the snapshot</source>
        <translation>Wörter, die in Name, Rolle oder Format stehen müssen; «role gate+up», «layer 3», «layer 10-20», «bits&lt;5», «bits&gt;=4», «changed» seit dem Schnappschuss</translation>
    </message>
    <message>
        <source>changed since snapshot</source>
        <translation>geändert seit dem Schnappschuss</translation>
    </message>
    <message>
        <source>Only what has another format than in the snapshot compared with</source>
        <translation>Nur was ein anderes Format hat als im verglichenen Schnappschuss</translation>
    </message>
    <message>
        <source>Weight matrices</source>
        <translation>Gewichtsmatrizen</translation>
    </message>
    <message>
        <source>%1 matrices</source>
        <translation>%1 Matrizen</translation>
    </message>
    <message>
        <source>%1 of %2</source>
        <translation>%1 von %2</translation>
    </message>
</context>
<context>
    <name>dq::ui::Toolbar</name>
    <message>
        <source>Every matrix may have its own format</source>
        <translation>Jede Matrix darf ihr eigenes Format haben</translation>
    </message>
    <message>
        <source>What loaders fuse shares a format: q, k and v of a layer, gate and up, all experts of a layer</source>
        <translation>Was Lader verschmelzen, teilt sich ein Format: q, k und v einer Schicht, gate und up, alle Experten einer Schicht</translation>
    </message>
    <message>
        <source>As fused, but each expert of a layer may have its own</source>
        <translation>Wie verschmolzen, aber jeder Experte einer Schicht darf sein eigenes haben</translation>
    </message>
    <message>
        <source>The gates of all experts of a layer share a format, so do the ups and the downs, as GGUF stacks them</source>
        <translation>Die gates aller Experten einer Schicht teilen sich ein Format, ebenso die ups und die downs, wie GGUF sie stapelt</translation>
    </message>
    <message>
        <source>All matrices of a layer share a format</source>
        <translation>Alle Matrizen einer Schicht teilen sich ein Format</translation>
    </message>
    <message>
        <source>All matrices of a role share a format, whatever their layer</source>
        <translation>Alle Matrizen einer Rolle teilen sich ein Format, in jeder Schicht</translation>
    </message>
    <message>
        <source>Open…</source>
        <translation>Öffnen…</translation>
    </message>
    <message>
        <source>Measure</source>
        <translation>Messen</translation>
    </message>
    <message>
        <source>Formats</source>
        <translation>Formate</translation>
    </message>
    <message>
        <source>Metric</source>
        <translation>Metrik</translation>
    </message>
    <message>
        <source>Groups</source>
        <translation>Gruppen</translation>
    </message>
    <message>
        <source>Price of the groups</source>
        <translation>Preis der Gruppen</translation>
    </message>
    <message>
        <source>How much more is lost at the same bytes than if every matrix had its own format</source>
        <translation>Wie viel mehr bei gleich vielen Bytes verloren geht, als hätte jede Matrix ihr eigenes Format</translation>
    </message>
    <message>
        <source>Undo</source>
        <translation>Rückgängig</translation>
    </message>
    <message>
        <source>Redo</source>
        <translation>Wiederholen</translation>
    </message>
    <message>
        <source>Export…</source>
        <translation>Export…</translation>
    </message>
    <message>
        <source>The formats a matrix may get</source>
        <translation>Die Formate, die eine Matrix bekommen darf</translation>
    </message>
    <message>
        <source>How a rounding error is judged</source>
        <translation>Wie ein Rundungsfehler beurteilt wird</translation>
    </message>
    <message>
        <source>Matrices that must share a format, because loaders fuse them</source>
        <translation>Matrizen, die sich ein Format teilen müssen, weil Lader sie verschmelzen</translation>
    </message>
    <message>
        <source> (not measured)</source>
        <translation> (nicht gemessen)</translation>
    </message>
    <message>
        <source>%1 chosen formats</source>
        <translation>%1 gewählte Formate</translation>
    </message>
    <message>
        <source>Save recipe</source>
        <translation>Rezept sichern</translation>
    </message>
</context>
<context>
    <name>dq::ui::WaterPage</name>
    <message>
        <source>A column rises with how much its group minds an error; what stands out of the water are its bits. Drag the surface.</source>
        <translation>Eine Säule ist so hoch, wie ihrer Gruppe ein Fehler ausmacht; was aus dem Wasser ragt, sind ihre Bits. Die Oberfläche lässt sich ziehen.</translation>
    </message>
    <message>
        <source>Height: ½ log2(sensitivity / weights). The surface is the price of a byte; every bit above it divides the group's loss by four. Numbers count bits from the surface. Colour: the format the group was given, as in the map.</source>
        <translation>Höhe: ½ log2(Empfindlichkeit / Gewichte). Die Oberfläche ist der Preis eines Bytes; jedes Bit darüber teilt den Verlust der Gruppe durch vier. Zahlen zählen Bits ab der Oberfläche. Farbe: das Format der Gruppe, wie auf der Karte.</translation>
    </message>
</context>
<context>
    <name>dq::ui::WaterView</name>
    <message>
        <source>Water level</source>
        <translation>Wasserstand</translation>
    </message>
    <message>
        <source>Columns by sensitivity, the price of a byte as a water surface. Up and down move the surface one step, Page keys ten; left and right select the neighbouring column.</source>
        <translation>Säulen nach Empfindlichkeit, der Preis eines Bytes als Wasseroberfläche. Auf und ab bewegen sie um einen Schritt, Bild-Tasten um zehn; links und rechts wählen die Nachbarsäule.</translation>
    </message>
    <message>
        <source>Measure the model first: then every group stands here, as high as it minds an error.</source>
        <translation>Zuerst das Modell messen: dann steht hier jede Gruppe, so hoch, wie ihr ein Fehler ausmacht.</translation>
    </message>
    <message>
        <source>No format of any matrix loses anything: there is nothing to fill.</source>
        <translation>Kein Format verliert bei irgendeiner Matrix etwas: es gibt nichts zu füllen.</translation>
    </message>
    <message>
        <source>most sensitive</source>
        <translation>am empfindlichsten</translation>
    </message>
    <message>
        <source>least</source>
        <translation>am wenigsten</translation>
    </message>
</context>
<context>
    <name>dq::ui::Worker</name>
    <message>
        <source>(a line longer than %1 MiB was dropped)</source>
        <translation>(eine Zeile von mehr als %1 MiB wurde weggelassen)</translation>
    </message>
    <message>
        <source>(it wrote nothing more)</source>
        <translation>(mehr hat es nicht geschrieben)</translation>
    </message>
    <message>
        <source>The worker ended without saying what came of it.</source>
        <translation>Das Arbeitsprogramm endete, ohne zu sagen, was dabei herauskam.</translation>
    </message>
    <message>
        <source>The worker stopped with exit code %1 and gave no reason.</source>
        <translation>Das Arbeitsprogramm endete mit dem Code %1 und ohne Grund.</translation>
    </message>
    <message>
        <source>The worker process died: it crashed, or the system ended it, for instance for want of memory.</source>
        <translation>Das Arbeitsprogramm ist gestorben: es ist abgestürzt, oder das System hat es beendet, etwa aus Mangel an Speicher.</translation>
    </message>
    <message>
        <source>The worker could not be started: %1.</source>
        <translation>Das Arbeitsprogramm ließ sich nicht starten: %1.</translation>
    </message>
</context>
<context>
    <name>dq::ui::WorkerProgress</name>
    <message>
        <source>%1 of %2</source>
        <translation>%1 von %2</translation>
    </message>
    <message>
        <source>%1 left</source>
        <translation>noch %1</translation>
    </message>
</context>
<context>
    <name>dq::ui::Workspace</name>
    <message>
        <source>Matrices and jobs</source>
        <translation>Matrizen und Aufträge</translation>
    </message>
    <message>
        <source>Matrices</source>
        <translation>Matrizen</translation>
    </message>
    <message>
        <source>Jobs</source>
        <translation>Aufträge</translation>
    </message>
    <message>
        <source>Jobs (%1)</source>
        <translation>Aufträge (%1)</translation>
    </message>
    <message>
        <source>What is looked at</source>
        <translation>Was betrachtet wird</translation>
    </message>
    <message>
        <source>Matrix</source>
        <translation>Matrix</translation>
    </message>
    <message>
        <source>Water</source>
        <translation>Wasser</translation>
    </message>
    <message>
        <source>Compare</source>
        <translation>Vergleich</translation>
    </message>
    <message>
        <source>Quality against memory</source>
        <translation>Güte gegen Speicher</translation>
    </message>
    <message>
        <source>Logarithmic or linear loss</source>
        <translation>Verlust logarithmisch oder linear</translation>
    </message>
    <message>
        <source>The loss in nats per token, or as what perplexity grows by</source>
        <translation>Der Verlust in Nats je Token oder als das, worum die Perplexität steigt</translation>
    </message>
    <message>
        <source>log</source>
        <translation>log</translation>
    </message>
    <message>
        <source>linear</source>
        <translation>linear</translation>
    </message>
    <message>
        <source>loss</source>
        <translation>Verlust</translation>
    </message>
    <message>
        <source>perplexity grows by %</source>
        <translation>Perplexität steigt um %</translation>
    </message>
    <message>
        <source>loss in nats per token</source>
        <translation>Verlust in Nats je Token</translation>
    </message>
    <message>
        <source>optimal</source>
        <translation>optimal</translation>
    </message>
    <message>
        <source>gap %1 %</source>
        <translation>Lücke %1 %</translation>
    </message>
    <message>
        <source>perplexity %1 · %2</source>
        <translation>Perplexität %1 · %2</translation>
    </message>
    <message>
        <source>loss %1 · %2</source>
        <translation>Verlust %1 · %2</translation>
    </message>
    <message>
        <source>
not measured yet</source>
        <translation>
noch nicht gemessen</translation>
    </message>
    <message>
        <source>The weights are in the model, which is not open.</source>
        <translation>Die Gewichte stehen im Modell, das nicht geöffnet ist.</translation>
    </message>
    <message>
        <source>What the correction changes</source>
        <translation>Was die Berichtigung ändert</translation>
    </message>
    <message>
        <source>The choice by the table's predictions beside the choice by what running the model has taught</source>
        <translation>Die Wahl nach den Vorhersagen der Tabelle neben der nach dem, was Läufe des Modells gelehrt haben</translation>
    </message>
    <message>
        <source>measured: the corrected choice</source>
        <translation>gemessen: die berichtigte Wahl</translation>
    </message>
</context>
</TS>
