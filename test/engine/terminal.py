"""Runs a command and writes a file as the installed Hermes' own tools do, by the settings of its container."""
import json
import logging
import sys

logging.disable(logging.CRITICAL)
out = sys.stdout
sys.stdout = sys.stderr
from tools.file_tools import write_file_tool
from tools.terminal_tool import terminal_tool

command, path = sys.argv[1:]
ran = json.loads(terminal_tool(command=command))
wrote = json.loads(write_file_tool(path, "written by its file tool\n"))
json.dump({"ran": ran, "wrote": wrote}, out)
