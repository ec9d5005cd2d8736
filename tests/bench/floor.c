/* The floor under forwarding: for each packet of a paced picture, AES-256-GCM once per receiver, as SRTP's AEAD profile
 * does it (RFC 7714), and one sendmmsg(2) to all of them. Nothing is received, looked up, rewritten or remembered.
 *
 * floor HOST FRAMES_PER_SECOND PACKETS_PER_FRAME BYTES SECONDS PORT...
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <openssl/evp.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>

enum { HEADER = 12, TAG = 16, MOST = 64, ROOM = 1500 };

static unsigned char rooms[MOST][ROOM];
static unsigned char plain[ROOM];

static void fail(const char *what) {
    perror(what);
    exit(1);
}

static void seal(EVP_CIPHER_CTX *context, unsigned char *out, int bytes, uint64_t number) {
    unsigned char vector[12] = {0};
    int length;
    memcpy(vector + 4, &number, sizeof number);
    memset(out, 0, HEADER);
    memcpy(out + 2, &number, 2);
    if (!EVP_EncryptInit_ex(context, NULL, NULL, NULL, vector) ||
        !EVP_EncryptUpdate(context, NULL, &length, out, HEADER) ||
        !EVP_EncryptUpdate(context, out + HEADER, &length, plain, bytes) ||
        !EVP_EncryptFinal_ex(context, out + HEADER + length, &length) ||
        !EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_GCM_GET_TAG, TAG, out + HEADER + bytes))
        fail("seal");
}

int main(int count, char **words) {
    int receivers = count - 6;
    if (receivers < 1 || receivers > MOST) {
        fprintf(stderr, "floor HOST FRAMES PACKETS BYTES SECONDS PORT... (at most %d)\n", MOST);
        return 2;
    }
    int frames = atoi(words[2]), packets = atoi(words[3]), bytes = atoi(words[4]), seconds = atoi(words[5]);
    struct sockaddr_in names[MOST] = {{0}};
    struct iovec parts[MOST];
    struct mmsghdr messages[MOST];
    EVP_CIPHER_CTX *contexts[MOST];
    memset(messages, 0, sizeof messages);
    for (int i = 0; i < receivers; i++) {
        unsigned char key[32] = {(unsigned char)i};
        names[i].sin_family = AF_INET;
        names[i].sin_port = htons((uint16_t)atoi(words[6 + i]));
        if (inet_pton(AF_INET, words[1], &names[i].sin_addr) != 1) fail(words[1]);
        parts[i].iov_base = rooms[i];
        parts[i].iov_len = (size_t)(HEADER + bytes + TAG);
        messages[i].msg_hdr.msg_name = &names[i];
        messages[i].msg_hdr.msg_namelen = sizeof names[i];
        messages[i].msg_hdr.msg_iov = &parts[i];
        messages[i].msg_hdr.msg_iovlen = 1;
        contexts[i] = EVP_CIPHER_CTX_new();
        if (!contexts[i] || !EVP_EncryptInit_ex(contexts[i], EVP_aes_256_gcm(), NULL, key, NULL)) fail("key");
    }
    int out = socket(AF_INET, SOCK_DGRAM, 0), room = 1 << 20;
    if (out < 0 || setsockopt(out, SOL_SOCKET, SO_SNDBUF, &room, sizeof room)) fail("socket");
    struct timespec due;
    clock_gettime(CLOCK_MONOTONIC, &due);
    uint64_t number = 0;
    for (int frame = 0; frame < frames * seconds; frame++) {
        for (int packet = 0; packet < packets; packet++, number++) {
            for (int i = 0; i < receivers; i++) seal(contexts[i], rooms[i], bytes, number);
            if (sendmmsg(out, messages, (unsigned)receivers, MSG_DONTWAIT) != receivers) fail("sendmmsg");
        }
        due.tv_nsec += 1000000000L / frames;
        if (due.tv_nsec >= 1000000000L) due.tv_nsec -= 1000000000L, due.tv_sec++;
        clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &due, NULL);
    }
    return 0;
}
