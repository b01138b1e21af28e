// The shop's help pages: plain, complete and written from the shop's side. Shoppers' own wording is
// in help_desk_grammar.cc; the two share subject words but hardly a phrase, so that looking up a
// question among the pages helps and is far from perfect.

#include "sim/world/help_desk_internal.h"

namespace souk::internal {
namespace {

constexpr PageText kPages[] = {
    {"How long delivery takes",
     "Orders placed before 2 pm on a working day leave our warehouse the same day. Standard "
     "delivery within the country takes two to four working days; "
     "express delivery brings your goods the next day if you order before noon. We do not deliver "
     "on Sundays or public holidays. Deliveries to islands and "
     "neighbouring countries need up to seven days. The estimated delivery date is shown at the "
     "checkout and in your confirmation email. During the "
     "Christmas season the carrier may need a day longer. Large goods are delivered by "
     "appointment."},
    {"Tracking your order",
     "As soon as your parcel has been handed to the carrier we send you an email with a tracking "
     "number. Follow the link to see where the parcel is, or "
     "open Orders in your account. The first scan may take 24 hours to appear. If the tracking has "
     "not moved for five working days, or if it says "
     "delivered and you have received nothing, please ask your neighbours first and then report "
     "the missing package to us. We will search for it together "
     "with the carrier and send a replacement if it was lost. Orders may be split into several "
     "parcels."},
    {"Returns: sending an item back",
     "You can return any item within 30 days of receiving it, no reason needed. Items must be "
     "unused and in their original packaging with all tags. "
     "Register the return in your account, print the return label and hand the parcel in at any "
     "branch of our carrier. Returns are free within the "
     "country. Opened cosmetics, underwear and personalised products cannot be returned. If we "
     "sent the wrong item, choose that reason and we will "
     "exchange it. Gifts can be returned for store credit. Please use one label per order."},
    {"Refunds: when you get your money",
     "Once your return has reached our warehouse we check it within three working days. We then "
     "refund the money to the way you paid and confirm the "
     "refund by email. A refund to a credit card shows on your account after five to ten working "
     "days, a bank transfer after two to three, PayPal at "
     "once. Delivery fees are refunded only if the whole order was sent back. If you cancelled an "
     "order before dispatch, the amount is released "
     "automatically. If your refund is late, have the receipt of the return ready when you contact "
     "us."},
    {"Size guide: finding the right fit",
     "Every product page has a size chart in centimetres below the pictures. Measure chest, waist "
     "and hips and compare them with the chart. If you are "
     "between two sizes we recommend the larger one. Whether an item runs small or large, and "
     "whether its cut is slim or relaxed, is noted in the "
     "description. Shoes follow European sizes; a table converts them to UK and US sizes. The "
     "height of the model and the size worn are stated beside the "
     "picture. You may exchange an item for another size free of charge."},
    {"Product details: material, measurements and care",
     "Material, dimensions, weight, country of origin and washing instructions are listed under "
     "Details on every product page. Clothes state what they are "
     "made of, for example cotton, wool or leather, and whether they are waterproof. Electrical "
     "products list power, battery life and what is included in "
     "the box. Colours can differ slightly from the picture because screens differ. If a detail is "
     "missing, our product team will ask the manufacturer "
     "and reply within two working days. Compare up to four products side by side with the Compare "
     "button."},
    {"Compatibility: will it work with your device?",
     "Accessories and spare parts list all models and versions they work with under Compatibility. "
     "Compare the model number of your device with that list "
     "before you order. Cables, chargers and adapters show which connector they need. Apps state "
     "which phone and which operating system, for example "
     "Android or Windows, they require. Parts of other brands may fit but are not tested by us. If "
     "your model is not on the list, the part does not fit "
     "it. Batteries and filters are sold separately."},
    {"Stock and availability",
     "The stock shown on the product page is updated every hour. If an item or a colour is sold "
     "out, press Notify me and you will receive an email as soon "
     "as it is back in stock. New stock usually arrives within one to three weeks and depends on "
     "the supplier. Discontinued items are not restocked. We "
     "cannot reserve or hold items; an item is yours only when the order is complete. Stock in our "
     "stores is shown under Find in store. For large "
     "quantities please ask our business team."},
    {"Price match and price changes",
     "If you find an identical item at a lower price in another shop within 14 days, we match that "
     "price. Send us a link to the cheaper offer; it must be "
     "in stock, ready for delivery and include all fees. Marketplaces, auctions and clearance "
     "sales are excluded. If our own price is reduced within 14 "
     "days of your purchase we credit the difference. Prices change daily and we cannot restore an "
     "earlier one or announce future sales. A price match "
     "cannot be combined with discounts."},
    {"Coupons and discount codes",
     "Enter your coupon or discount code in the field Promotional code at the checkout and press "
     "Apply; the discount is deducted before you pay. Each code "
     "has an expiry date and may require a minimum purchase. Only one code can be used per order, "
     "and it cannot be added after the order. Sale items, gift "
     "cards and some brands are excluded. Type the code without spaces. The welcome discount is "
     "sent by email after you subscribe to the newsletter. If "
     "you return the order, a coupon becomes valid again."},
    {"Ways to pay",
     "We accept Visa, Mastercard and American Express, PayPal, Klarna, Apple Pay, bank transfer "
     "and gift cards. After a credit check you can also pay by "
     "invoice within 14 days or in monthly instalments. Cash on delivery and cheques are not "
     "offered. Cards are charged at dispatch, PayPal immediately. A "
     "gift card can be combined with one other payment method. Payment data is encrypted and "
     "secure. To change a saved card, open Payment methods in your "
     "account. The methods available for your order are displayed at the checkout."},
    {"When a payment fails",
     "A payment can be declined by your bank because of a limit, an expired card or a missing "
     "confirmation in the banking app. Check the card number, the "
     "date and the security code, and approve the payment when your bank asks. If the checkout "
     "shows an error, reload the page or try another browser. A "
     "pending amount is only a reservation: if you seem to be charged twice or without an order, "
     "it is released within a few days. Your cart is kept for "
     "an hour, so you may try again with another payment method."},
    {"Shipping costs",
     "Shipping within the country is free for orders above 50 euros; below that amount we charge "
     "4.95 euros. Express shipping costs 9.95 euros. Bulky "
     "items carry a surcharge, shown on the product page. Shipping to other countries is "
     "calculated by weight and destination; customs and import tax are "
     "paid by the recipient. Each order is charged separately. Collecting your order from one of "
     "our stores is free. Members of our bonus programme never "
     "pay standard shipping fees."},
    {"Warranty and repairs",
     "All products have a warranty of two years from the day of delivery. If an item is faulty, "
     "damaged on arrival or stops working within this period, we "
     "repair or replace it free of charge. Describe the problem, attach photographs and give the "
     "invoice number in the claim form. Normal wear, accidents "
     "and improper use are not covered. Some manufacturers extend the warranty when you register "
     "the serial number. Please keep the broken item until the "
     "claim is settled. You need the receipt but not the original box."},
    {"Changing or cancelling an order",
     "You can change or cancel an order in your account as long as its status is Open, usually for "
     "one hour. Choose the order, press Edit and correct the "
     "address, colour, size or quantity, or press Cancel. Once our warehouse has started packing, "
     "changes are no longer possible; in that case refuse the "
     "parcel or return it. Items cannot be added to an existing order: please place a new one. "
     "Ordered twice by mistake? Cancel one of the two. Delivery to "
     "a neighbour or another address is arranged with the carrier."},
    {"Account, login and newsletter",
     "Log in with the email address you registered with. If you forgot your password, request a "
     "new one; the link in the email is valid for 30 minutes. "
     "Check your spam folder if it does not arrive. After five wrong attempts your account is "
     "locked for a quarter of an hour. Name, phone number, "
     "addresses and newsletter settings can be changed under Profile, where you also find invoices "
     "and past orders. You may order as a guest without an "
     "account. To delete your account, fill in the privacy form."},
};

}  // namespace

std::span<const PageText> Pages() { return kPages; }

}  // namespace souk::internal
