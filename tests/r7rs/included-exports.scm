(export exported-1 exported-2)
