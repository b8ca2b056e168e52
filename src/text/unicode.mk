# The Unicode tables, made from Debian's unicode-data.
build/gen/unicode_tables.c: tools/unicode-tables.py
	@mkdir -p $(dir $@)
	python3 tools/unicode-tables.py > $@.new
	mv $@.new $@
