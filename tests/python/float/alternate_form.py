"""The `#` of a format: a point whatever follows it, zeros kept; with no type letter, letters and percent."""
for spec in ["#", "#.1", "#.3", "#g", "#.1e", "#.0e", "#.0f", "#e", "#.1g", "#%", "#.0%", "#n", "#.2f", "012,.3f", "#,", "#,.1", "<=+#.1"]:
    print(spec, [format(v, spec) for v in (2.5, 0.0, 1e20, 12345.678, 1.0, 1e16, float("inf"), 123456.0, -9.96)])
for spec in ["#", "#.1", "#.3", "#g", "#.0e", "#.0f"]:
    print(spec, [format(v, spec) for v in (2.5j, 0j, 1e20 + 1j)])
print(["%#.0f %#.1g %#.0e %#g" % ((v,) * 4) for v in (2.5, 0.0, 1e20, 100000.0)])
