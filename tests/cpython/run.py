#!/usr/bin/env python3
"""run.py [--verbose] [--path DIRECTORY] [--only SUBSTRING] [--no-reference] [--limit SECONDS] INTERPRETER [MODULE...]

Runs CPython 3.11's own tests of built-in types and memory modules, unmodified, from the installed package libpython3.11-testsuite
(nothing of them is in this repository), and prints for each module: run, passed, failed, skipped, beside the counts of the
CPython that is installed; then each failed case and each skipped one with its reason; last "N passed, M failed".

Modules that take over 20 s are left to whoever asks for them by name: test_asyncio test_logging test_signal test_socket
test_subprocess test_zipfile.  Cases that cannot hold here are in skips.txt, each with its reason; others skip themselves (their reasons are printed).
A case that takes the process down counts as failed, and the run goes on behind it.
--path puts a directory in front of the module search path of the interpreter under test.
"""
import argparse
import collections
import concurrent.futures
import os
import re
import signal
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
MODULES = """test_gc test_weakref test_finalization test_weakset test_copy test_list test_tuple test_dict test_set test_descr
    test_generators test_dataclasses test_mmap test_array test_struct test_tracemalloc

    test_abc test_bisect test_bool test_collections test_complex test_contextlib test_copyreg test_decorators test_format
    test_fstring test_functools test_grammar test_heapq test_iter test_itertools test_json test_property test_range test_re
    test_scope test_slice test_sort test_string test_super test_types test_with

    test_augassign test_baseexception test_binop test_builtin test_charmapcodec test_compare test_contains
    test_context test_defaultdict test_deque test_dictcomps test_dictviews test_dynamicclassattribute test_enum
    test_enumerate test_eof test_except_star test_exception_group test_exception_hierarchy test_exception_variations
    test_extcall test_file test_fnmatch test_fractions test_frame test_future test_generator_stop test_genericalias test_genericclass
    test_global test_graphlib test_index test_inspect test_isinstance test_iterlen test_keywordonlyarg test_listcomps test_memoryio test_metaclass
    test_named_expressions test_numeric_tower test_opcodes test_operator test_patma test_pickle test_pickletools test_pow test_print test_queue test_richcmp
    test_setcomps test_subclassinit test_textwrap test_thread test_threading_local test_typing test_unary
    test_unpack test_userdict test_userlist test_warnings test_yield_from

    test_ast test_code_module test_codecs test_codeop test_exceptions test_flufl test_positional_only_arg test_source_encoding
    test_string_literals test_symtable test_syntax test_tokenize test_type_comments test_unpack_ex test_unparse test_utf8source

    test_codecencodings_cn test_codecencodings_hk test_codecencodings_iso2022 test_codecencodings_jp test_codecencodings_kr
    test_codecencodings_tw test_multibytecodec

    test_cmd_line test_cmd_line_script test_compileall test_cprofile test_imp test_pkgutil test_profile test_pstats test_py_compile
    test_runpy test_sys_setprofile test_zipapp test_zipimport

    test_atexit test_base64 test_binascii test_cmd test_code test_float test_genericpath test_getopt test_gettext
    test_glob test_gzip test_hashlib test_hmac test_html test_int test_int_literal test_ipaddress test_keyword test_linecache
    test_long test_math test_memoryview test_mimetypes test_netrc test_opcache test_optparse test_ordered_dict test_picklebuffer test_pipes
    test_pkg test_popen test_posix test_posixpath test_pprint test_pwd test_pyclbr test_quopri test_raise
    test_random test_reprlib test_resource test_rlcompleter test_sched test_secrets test_shelve test_shlex test_shutil test_stringprep
    test_strptime test_strtod test_structseq test_sys test_tabnanny test_tempfile test_threadedtempfile test_threadsignals test_time test_timeit
    test_type_annotations test_typechecks test_unicode test_unicode_file test_unicode_file_functions test_unicode_identifiers test_univnewlines
    test_urllib test_urlparse test_userstring test_uu test_uuid test_wave test_xdrlib test_zlib

    test___all__ test___future__ test_abstract_numbers test_argparse test_asynchat test_asyncgen test_asyncore test_bdb test_bufio
    test_fcntl test_funcattrs test_import test_module
    test_bytes test_calendar test_cgi test_class test_cmath test_colorsys test_configparser test_contextlib_async test_coroutines
    test_csv test_dbm test_dbm_dumb test_difflib test_doctest2 test_eintr test_epoll test_errno test_filecmp test_fileinput test_fileio
    test_fork1 test_ftplib test_future3 test_future4 test_getpass test_grp test_htmlparser test_http_cookiejar test_http_cookies
    test_httplib test_imghdr test_longexp test_mailcap test_nntplib test_ntpath test_os test_pathlib test_platform test_poplib
    test_robotparser test_script_helper test_select test_smtpd test_smtplib test_sndhdr test_socketserver test_strftime
    test_email test_io test_selectors test_sys_settrace test_telnetlib test_threading test_timeout test_trace test_unittest test_urllib2 test_urllib_response test_wait3 test_wait4
    test_wsgiref

    test_bz2 test_locale test_lzma test_minidom test_plistlib test_pulldom test_pyexpat test_sax test_stat test_statistics test_tarfile
    test_crypt test_multiprocessing_main_handling test_syslog test_xml_dom_minicompat test_xml_etree test_xmlrpc""".split()

REFERENCE = "/usr/bin/python3.11" if os.path.exists("/usr/bin/python3.11") else "python3.11"

Outcome = collections.namedtuple("Outcome", "ok fail skip")


def skips():
    """[(pattern, reason)] of skips.txt: "PATTERN  reason" in each line."""
    found = []
    with open(os.path.join(HERE, "skips.txt"), encoding="utf-8") as f:
        for line in f:
            if line.strip() and not line.startswith("#"):
                pattern, _, reason = line.strip().partition(" ")
                found.append((pattern, reason.strip()))
    return found


def run_module(command, module, patterns, path, only, limit):
    """What became of each case: Outcome of dicts from its id to a text."""
    outcome = Outcome({}, {}, {})
    after = ""
    clean = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
    with tempfile.TemporaryDirectory(prefix="ouro-cpython-") as work:
        not_tried = os.path.join(work, "skips")
        while True:
            arguments = command + [os.path.join(HERE, "drive.py"), "--only", only, "--after", after, "--path", path, "--skip", not_tried, module]
            with open(not_tried, "w", encoding="utf-8") as f:
                for case, reason in patterns.items():
                    f.write("%s %s\n" % (case, reason))
            crash = ""
            try:
                done = subprocess.run(arguments, cwd=work, stdin=subprocess.DEVNULL, capture_output=True, timeout=limit,
                                      env={**clean, "TMPDIR": work, "PYTHONDONTWRITEBYTECODE": "1"})
                out, err = done.stdout, done.stderr
                if done.returncode < 0 or b"ERROR: AddressSanitizer" in err or b"runtime error:" in err:
                    crash = "the process ends with %d\n%s" % (done.returncode, err[-3000:].decode("utf-8", "replace"))
            except subprocess.TimeoutExpired as e:
                out, err = e.stdout or b"", e.stderr or b""
                crash = "no end after %d s" % limit
            current, ended = None, False
            for line in out.decode("utf-8", "replace").split("\n"):
                word, _, rest = line.partition(" ")
                case = rest.partition(" ")[0]
                if line.startswith("    ") and current in outcome.fail:
                    outcome.fail[current] += line[4:] + "\n"
                elif word == "start":
                    current, open_case = rest, rest
                elif word == "ok":
                    outcome.ok[rest], open_case = "", None
                elif word == "fail":
                    current, open_case = rest, None
                    outcome.fail[rest] = ""
                elif word == "skip":
                    outcome.skip[case], open_case = rest.partition(" ")[2], None
                elif word == "end":
                    ended = True
            if ended and not crash:
                return outcome
            if current is None or (not crash and out.startswith(b"skip " + module.encode())):
                if not outcome.skip and not (current and open_case):
                    outcome.fail[module] = crash or err[-3000:].decode("utf-8", "replace")
                return outcome
            if open_case is None:
                outcome.fail[module + " (between cases, after %s)" % current] = crash or err[-3000:].decode("utf-8", "replace")
                if ended:
                    return outcome
                open_case = current
            else:
                outcome.ok.pop(open_case, None)
                outcome.fail[open_case] = crash or "the process ends\n" + err[-3000:].decode("utf-8", "replace")
            if open_case == after:
                return outcome
            after = open_case


def main():
    signal.signal(signal.SIGINT, signal.default_int_handler)  # ignored in a background job, and so in its children
    parser = argparse.ArgumentParser(usage=__doc__)
    parser.add_argument("--verbose", action="store_true")
    parser.add_argument("--path", default="")
    parser.add_argument("--only", default="")
    parser.add_argument("--no-reference", action="store_true")
    parser.add_argument("--limit", type=int, default=600)
    parser.add_argument("interpreter")
    parser.add_argument("modules", nargs="*")
    chosen = parser.parse_args()
    if subprocess.run([REFERENCE, "-c", "import test.test_gc"], capture_output=True).returncode != 0:
        print("libpython3.11-testsuite and python3.11 are not installed: nothing to run")
        print("0 passed, 0 failed")
        return 0
    chosen.interpreter = " ".join([os.path.abspath(word) if i == 0 and "/" in word else word
                                   for i, word in enumerate(chosen.interpreter.split())])
    table = skips()
    passed = failed = 0

    def both(module):
        reference = None if chosen.no_reference else run_module([REFERENCE], module, {}, "", chosen.only, chosen.limit)
        patterns = {pattern: reason for pattern, reason in table if pattern.startswith("test." + module + ".")}
        return reference, run_module(chosen.interpreter.split(), module, patterns, chosen.path, chosen.only, chosen.limit)

    modules = chosen.modules or MODULES
    pool = concurrent.futures.ThreadPoolExecutor(os.cpu_count())
    for module, (reference, got) in zip(modules, pool.map(both, modules)):
        line = "%-20s run %4d, passed %4d, failed %3d, skipped %3d" % (module, len(got.ok) + len(got.fail), len(got.ok), len(got.fail), len(got.skip))
        if reference is not None:
            line += "   (CPython: run %d, passed %d, failed %d, skipped %d)" % (len(reference.ok) + len(reference.fail), len(reference.ok), len(reference.fail), len(reference.skip))
        print(line)
        for case, text in got.fail.items():
            known = reference is not None and case in reference.fail
            print("    FAIL %s%s" % (case, " (fails in CPython as well here)" if known else ""))
            if chosen.verbose:
                print("        " + text.rstrip("\n").replace("\n", "\n        "))
            failed += not known
        reasons = collections.Counter(got.skip.values())
        if chosen.verbose:
            for case, reason in got.skip.items():
                print("    skip %s: %s" % (case, reason))
        else:
            for reason, count in sorted(reasons.items()):
                print("    skip %d: %s" % (count, reason))
        passed += len(got.ok)
        sys.stdout.flush()
    print("%d passed, %d failed" % (passed, failed))
    return failed != 0


if __name__ == "__main__":
    sys.exit(main())
