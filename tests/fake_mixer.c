/* A sound card's controls without a sound card: a plugin for libasound, of its "external control" kind, that keeps its values in memory and
   appends each that is set to a file. Compiled by fake_mixer.py. The structures are those of alsa/control_external.h, version 1.0.1.

   FAKE_MIXER_FILE     where each value that is set goes, a line "NAME VALUE" each
   FAKE_MIXER_BROKEN   nothing can be set any more
   FAKE_MIXER_CONTROLS such as "PCM Playback Volume:0 255 -10239 400 200,…": name, least, most, their hundredths of a decibel (0 0: it knows
                       none), and how it is set at first */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef struct ext ext_t;
typedef unsigned long ext_key;
typedef struct {
    void (*close)(ext_t *);
    int (*elem_count)(ext_t *);
    int (*elem_list)(ext_t *, unsigned, void *);
    ext_key (*find_elem)(ext_t *, const void *);
    void (*free_key)(ext_t *, ext_key);
    int (*get_attribute)(ext_t *, ext_key, int *, unsigned *, unsigned *);
    int (*get_integer_info)(ext_t *, ext_key, long *, long *, long *);
    void *unused_info[3];
    int (*read_integer)(ext_t *, ext_key, long *);
    void *unused_read[4];
    int (*write_integer)(ext_t *, ext_key, long *);
    void *unused_write[4];
    void (*subscribe_events)(ext_t *, int);
    int (*read_event)(ext_t *, void *, unsigned *);
    void *unused_poll[3];
} callbacks;
struct ext {
    unsigned version;
    int card_idx;
    char id[16], driver[16], name[32], longname[80], mixername[80];
    int poll_fd;
    const callbacks *callback;
    void *private_data, *handle;
    int nonblock, subscribed;
    int (*tlv)(ext_t *, ext_key, int, unsigned, unsigned *, unsigned);
};
int snd_ctl_ext_create(ext_t *, const char *, int);
void snd_ctl_elem_id_set_interface(void *, int);
void snd_ctl_elem_id_set_name(void *, const char *);
const char *snd_ctl_elem_id_get_name(const void *);

enum { MOST = 8, MIXER = 2, BOOLEAN = 1, INTEGER = 2, READ_WRITE = 3, TLV = 1 << 4 | 1 << 28 };
static struct { char name[44]; long least, most, softest, loudest, value; } controls[MOST];
static int count;

static int elem_count(ext_t *ext) { (void)ext; return count; }

static int elem_list(ext_t *ext, unsigned at, void *id) {
    (void)ext;
    snd_ctl_elem_id_set_interface(id, MIXER);
    snd_ctl_elem_id_set_name(id, controls[at].name);
    return 0;
}

static ext_key find_elem(ext_t *ext, const void *id) {
    (void)ext;
    for (int at = 0; at < count; at++)
        if (!strcmp(controls[at].name, snd_ctl_elem_id_get_name(id))) return at;
    return (ext_key)-1;
}

static int is_switch(ext_key key) { return strstr(controls[key].name, "Switch") != NULL; }

static int get_attribute(ext_t *ext, ext_key key, int *type, unsigned *access, unsigned *values) {
    (void)ext;
    *type = is_switch(key) ? BOOLEAN : INTEGER;
    *access = READ_WRITE | (controls[key].softest != controls[key].loudest ? TLV : 0);
    *values = is_switch(key) ? 1 : 2;
    return 0;
}

static int get_integer_info(ext_t *ext, ext_key key, long *least, long *most, long *step) {
    (void)ext;
    *least = controls[key].least, *most = controls[key].most, *step = 0;
    return 0;
}

static int read_integer(ext_t *ext, ext_key key, long *value) {
    (void)ext;
    value[0] = value[1] = controls[key].value;
    return 0;
}

static int write_integer(ext_t *ext, ext_key key, long *value) {
    (void)ext;
    if (getenv("FAKE_MIXER_BROKEN")) return -ENODEV;
    if (value[0] == controls[key].value) return 0;
    controls[key].value = value[0];
    FILE *file = fopen(getenv("FAKE_MIXER_FILE"), "a");
    if (file) fprintf(file, "%s %ld\n", controls[key].name, value[0]), fclose(file);
    return 1;
}

static int tlv(ext_t *ext, ext_key key, int write, unsigned numid, unsigned *out, unsigned size) {
    (void)ext, (void)numid;
    if (write || size < 4 * sizeof *out) return -ENOMEM;
    out[0] = 4, out[1] = 8; /* SNDRV_CTL_TLVT_DB_MINMAX, two numbers */
    out[2] = (unsigned)controls[key].softest, out[3] = (unsigned)controls[key].loudest;
    return 0;
}

static void subscribe(ext_t *ext, int on) { (void)ext, (void)on; }
static int read_event(ext_t *ext, void *id, unsigned *mask) { (void)ext, (void)id, (void)mask; return -EAGAIN; }

static const callbacks all = {
    .elem_count = elem_count, .elem_list = elem_list, .find_elem = find_elem, .get_attribute = get_attribute,
    .get_integer_info = get_integer_info, .read_integer = read_integer, .write_integer = write_integer,
    .subscribe_events = subscribe, .read_event = read_event,
};

int _snd_ctl_fake_open(void **handle, const char *name, void *root, void *conf, int mode) {
    (void)root, (void)conf;
    static ext_t ext;
    char given[1024];
    if (!getenv("FAKE_MIXER_CONTROLS")) return -ENODEV;
    snprintf(given, sizeof given, "%s", getenv("FAKE_MIXER_CONTROLS"));
    count = 0;
    for (char *one = strtok(given, ","); one && count < MOST; one = strtok(NULL, ",")) {
        char *rest = strrchr(one, ':');
        if (!rest) return -EINVAL;
        *rest = 0;
        snprintf(controls[count].name, sizeof controls[count].name, "%s", one);
        sscanf(rest + 1, "%ld %ld %ld %ld %ld", &controls[count].least, &controls[count].most, &controls[count].softest,
               &controls[count].loudest, &controls[count].value);
        count++;
    }
    memset(&ext, 0, sizeof ext);
    ext.version = 1 << 16 | 0 << 8 | 1;
    strcpy(ext.id, "fake"), strcpy(ext.driver, "fake"), strcpy(ext.name, "fake");
    ext.poll_fd = -1;
    ext.callback = &all;
    ext.tlv = tlv;
    int code = snd_ctl_ext_create(&ext, name, mode);
    *handle = ext.handle;
    return code;
}
/* how libasound recognises a plugin of its own time */
char __snd_ctl_fake_open_dlsym_control_001;
