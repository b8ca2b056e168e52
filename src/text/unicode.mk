# The Unicode tables, made from Debian's unicode-data.
build/gen/unicode_tables.inc: tools/unicode-tables.py
	@mkdir -p $(@D)
	python3 tools/unicode-tables.py > $@.new
	mv $@.new $@

$(foreach v,host debug asan i686,build/$(v)/src/text/unicode.o): build/gen/unicode_tables.inc
