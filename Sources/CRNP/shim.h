// RNP, the OpenPGP library; pkg-config says where its headers are. And a way to keep it quiet.
#include <errno.h>
#include <pthread.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/types.h>
#include <unistd.h>

#include <rnp/rnp.h>
#include <rnp/rnp_err.h>

// Debian's RNP writes a line to stderr for everything that it refuses, and has no switch for it. So stderr becomes a stream
// that drops what a thread writes while it has a value under a key, and passes on all else to the same descriptor.

#ifdef __GLIBC__
typedef ssize_t crnp_write_function(void *cookie, const char *bytes, size_t count);
typedef struct {
    void *read;
    crnp_write_function *write;
    void *seek;
    void *close;
} crnp_stream_functions;

// As glibc declares it (fopencookie(3)), whatever features its headers were read with.
extern FILE *crnp_open_stream(void *cookie, const char *mode, crnp_stream_functions functions) __asm__("fopencookie");

static inline ssize_t crnp_pass_on(void *cookie, const char *bytes, size_t count) {
    if (pthread_getspecific((pthread_key_t)(uintptr_t)cookie)) return (ssize_t)count;
    size_t written = 0;
    while (written < count) {
        ssize_t step = write(STDERR_FILENO, bytes + written, count - written);
        if (step < 0 && errno == EINTR) continue;
        if (step <= 0) break;
        written += (size_t)step;
    }
    return (ssize_t)written;
}
#endif

// The key under which a thread that has a value writes nothing to stderr. To be called once.
static inline pthread_key_t crnp_quiet_key(void) {
    pthread_key_t key = 0;
    pthread_key_create(&key, NULL);
#ifdef __GLIBC__
    crnp_stream_functions functions = {NULL, crnp_pass_on, NULL, NULL};
    FILE *stream = crnp_open_stream((void *)(uintptr_t)key, "w", functions);
    if (stream) {
        setvbuf(stream, NULL, _IONBF, 0);
        stderr = stream;
    }
#endif
    return key;
}
