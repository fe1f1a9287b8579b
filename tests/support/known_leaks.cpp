// What LeakSanitizer is not to report: memory that libraries of Debian lose, in processes of ours that end after one
// file. libheif forgets what it gave to dav1d when a picture is broken, and x265 (only tests encode) its tables.
// The declaration is compiler-rt's (sanitizer/lsan_interface.h).
extern "C" const char* __lsan_default_suppressions();
extern "C" const char* __lsan_default_suppressions() { return "leak:libheif.so\nleak:libdav1d.so\nleak:libx265.so\n"; }
